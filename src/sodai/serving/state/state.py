"""Everything that answers are made from, at one moment."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sodai.publishing import Week
from sodai.serving.state.company import Company
from sodai.serving.state.history import History
from sodai.serving.state.ids import Ids
from sodai.serving.state.lists import Lists
from sodai.serving.state.reasons import ReasonBook
from sodai.settings import Settings
from sodai.tracking import ModelVersion


@dataclass(frozen=True, eq=False)
class Champion:
    """The version in use, and the folder of its files where they could be fetched."""

    version: ModelVersion
    folder: Path | None


@dataclass(frozen=True, eq=False)
class State:
    """What is served. Immutable: a request takes it once and sees one week and one champion to its end.

    Attributes
    ----------
    week : Week, optional
        The published week; None where none can be read, and answers come from what is below it.
    lists : Lists, optional
        Its predictions.
    origin : date
        First day of the target window.
    run : Path
        Folder of the run whose settings, reasons and reports are used.
    clean : Path
        Folder of the clean tables that the week was made from.
    settings : Settings
        Those of that run.
    champion : Champion, optional
    held : dict
        What was derived from the week when it was first asked for.
    """

    week: Week | None
    lists: Lists | None
    origin: date
    run: Path
    clean: Path
    settings: Settings
    company: Company
    history: History
    reasons: ReasonBook
    champion: Champion | None = None
    held: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def customers(self) -> Ids:
        """Ids of the customers."""
        return self.company.customers.ids

    @property
    def products(self) -> Ids:
        """Ids of the products."""
        return self.company.products.ids

    @property
    def until(self) -> date:
        """Last day of the target window."""
        return self.origin + timedelta(days=self.settings.horizon_days - 1)

    @property
    def key(self) -> str:
        """Tells apart states whose answers differ."""
        week = self.week.digest[:16] if self.week else f"none-{self.run.name}"
        champion = self.champion.version.version if self.champion else 0
        return f"{week}-{champion}"

    def with_champion(self, champion: Champion | None) -> "State":
        """Return the same week with another champion."""
        return replace(self, champion=champion)
