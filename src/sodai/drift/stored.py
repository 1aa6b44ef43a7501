"""A decision with everything that it was made from, as one versioned file: it can be decided again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from sodai.data import read_json, write_json
from sodai.drift.decision import PathDecision, Situation, choose_path
from sodai.settings import InputError, Settings
from sodai.settings.model import DriftSettings

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class StoredDecision:
    """What was known, what was decided, and by which thresholds."""

    situation: Situation
    decision: PathDecision
    horizon_days: int
    label: str
    thresholds: Mapping[str, Any]
    schema_version: int = SCHEMA_VERSION

    @classmethod
    def of(cls, situation: Situation, decision: PathDecision, settings: Settings) -> Self:
        """Put a decision and its grounds together."""
        thresholds = settings.drift.model_dump(mode="json")
        return cls(situation, decision, settings.horizon_days, settings.label, thresholds)

    def again(self, settings: Settings) -> PathDecision:
        """Decide again from the stored grounds and thresholds; the rest of ``settings`` decides nothing."""
        own = {
            "drift": DriftSettings(**self.thresholds),
            "horizon_days": self.horizon_days,
            "label": self.label,
        }
        return choose_path(self.situation, settings.model_copy(update=own))


def write_decision(file: Path, stored: StoredDecision) -> None:
    """Write the file in one step."""
    write_json(file, asdict(stored))


def read_decision(file: Path) -> StoredDecision:
    """Read what `write_decision` wrote.

    Raises
    ------
    InputError
        If it is no such file, or of another schema version.
    """
    told = read_json(file)
    if not isinstance(told, dict) or told.get("schema_version") != SCHEMA_VERSION:
        raise InputError(
            f"{file} is not a decision that can be replayed",
            got=told.get("schema_version") if isinstance(told, dict) else type(told).__name__,
            allowed=f"schema_version {SCHEMA_VERSION}",
            hint="Name the record.json that choose_path left in a run.",
        )
    try:
        return TypeAdapter(StoredDecision).validate_python(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{file} is damaged at {where}: {first['msg']}") from error
