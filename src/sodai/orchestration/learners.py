"""Learning within a run: the challenger, the baseline beside it, and what each says of the test weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sodai.features import catalogue
from sodai.learning import Choice, Frame, Model, OutOfTime, Rolling, train
from sodai.settings import Settings
from sodai.settings.columns import EXPECTED_ITEMS, ORIGIN, PROBABILITY

FREQUENCY = "frequency"


@dataclass(frozen=True, eq=False)
class Learner:
    """A way to learn, walked over the test weeks.

    Parameters
    ----------
    choice : Choice
    scores, expected_items : ndarray of float64
        Its probability and items of each row of the test weeks, fitted on what was known before.
    model : Model
        The same choice, fitted on the whole panel.
    """

    choice: Choice
    scores: NDArray[np.float64]
    expected_items: NDArray[np.float64]
    model: Model


def learn(
    panel: Frame, tests: "TestWeeks", choice: Choice, settings: Settings, evidence: OutOfTime | None = None
) -> Learner:
    """Judge a choice on the test weeks by one fit on what was known before, then fit it on everything.

    ``evidence`` is what a study's own fit said of the weeks before the test; it saves another fit.
    """
    rolling = Rolling(panel, choice, settings, refit_every=max(1, len(tests.origins)), evidence=evidence)
    said = _judged(rolling, tests)
    scores, items = (said[name].to_numpy(np.float64) for name in (PROBABILITY, EXPECTED_ITEMS))
    return Learner(choice, scores, items, train(panel, choice, settings, evidence=rolling.evidence))


def judge_only(panel: Frame, tests: "TestWeeks", choice: Choice, settings: Settings) -> NDArray[np.float64]:
    """Return a choice's probability of each row of the test weeks, without fitting it on everything."""
    said = _judged(Rolling(panel, choice, settings, refit_every=max(1, len(tests.origins))), tests)
    return said[PROBABILITY].to_numpy(np.float64)


def _judged(rolling: Rolling, tests: "TestWeeks") -> pd.DataFrame:
    return pd.concat(list(rolling.rows(tests)), ignore_index=True)[[PROBABILITY, EXPECTED_ITEMS]]


@dataclass(frozen=True)
class TestWeeks:
    """All candidate pairs of the test weeks, a week at a time, oldest first, in the order of the file."""

    __test__ = False

    file: Path
    origins: tuple[date, ...]
    settings: Settings

    def __iter__(self) -> Iterator[Frame]:
        for origin in self.origins:
            rows = pq.read_table(self.file, filters=pc.field(ORIGIN) == pa.scalar(origin, pa.date32()))
            yield Frame.from_arrow(rows, catalogue(self.settings))


def read_panel(file: Path, settings: Settings) -> Frame:
    """Read a panel."""
    return Frame.from_parquet(file, catalogue(settings))


def baseline_choice(configs: dict[str, dict[str, object]]) -> Choice:
    """Choose the baseline with the hyperparameters of a study, or its defaults where it was not tried."""
    return Choice(FREQUENCY, dict(configs.get(FREQUENCY, {})))


def days(texts: Sequence[str]) -> tuple[date, ...]:
    """Read ISO days."""
    return tuple(date.fromisoformat(text) for text in texts)
