"""The work of ``sodai backtest``: past weeks predicted as if they had not been seen."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import clean, read_tables, write_parquet
from sodai.evaluation import Report, ScoredRows, evaluate
from sodai.features import open_tables, panel
from sodai.learning import Rolling, buy_cut, tune
from sodai.learning.order import known_before
from sodai.orchestration.context import Progress
from sodai.orchestration.judging import BASELINE, at_origins, scored_rows
from sodai.orchestration.learners import TestWeeks, baseline_choice, read_panel
from sodai.orchestration.recall import CandidateRecall, recall_of
from sodai.orchestration.scoring import ranks
from sodai.orchestration.storage import write_rows
from sodai.orchestration.tasks.extract import known_before as lines_before
from sodai.orchestration.windows import warm_origins
from sodai.settings import InputError, Settings
from sodai.settings.columns import (
    BUY,
    CUSTOMER_ID,
    EXPECTED_ITEMS,
    ORIGIN,
    PREDICTION_COLUMNS,
    PROBABILITY,
    PRODUCT_ID,
    RANK,
)

MODEL = "model"


@dataclass(frozen=True)
class Backtest:
    """What a back-test found: where the rows are, what was chosen, figures on the weeks that are known.

    ``recall`` counts what the candidate pairs cover of what was bought in these weeks.
    """

    out: str
    origins: tuple[str, ...]
    pairs: int
    algorithm: str
    calibration: str
    why: str
    recall: CandidateRecall
    report: Report | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = {name: value for name, value in vars(self).items() if name not in ("recall", "report")}
        report = self.report.to_dict() if self.report is not None else None
        return {**plain, "recall": asdict(self.recall), "report": report}

    def to_text(self) -> str:
        """Write it for a person."""
        span = f"{self.origins[0]} to {self.origins[-1]}"
        lines = [
            f"{self.pairs:,} pairs at {len(self.origins)} origins, {span}: {self.out}",
            f"{self.algorithm}, calibration {self.calibration}. {self.why}",
            "",
        ]
        if self.report is None:
            return "\n".join([*lines, "What was bought in these weeks is not known yet: no figures."])
        lines[1:1] = [f"The {self.recall.to_text()}."]
        lines.append(
            f"  {'metric':<20}{'model':>9}{'baseline':>10}   difference [{self.report.confidence:.0%}]"
        )
        for metric in self.report.metrics:
            ours, theirs = (self.report.measured(metric, name).value for name in (MODEL, BASELINE))
            gain = self.report.difference(metric, MODEL, BASELINE)
            interval = f"{gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"
            lines.append(f"  {metric:<20}{ours:>9.4f}{theirs:>10.4f}   {interval}")
        return "\n".join(lines)


@dataclass(frozen=True)
class BacktestRequest:
    """Which weeks of which data: origins a week apart, oldest first; no line can be dated after ``today``."""

    data: str
    origins: Sequence[date]
    out: Path
    settings: Settings
    today: date


def run_backtest(request: BacktestRequest, progress: Progress) -> Backtest:
    """Predict past weeks, write them in the predictions format, judge them beside the baseline.

    Hyperparameters are chosen on weeks before the first origin. At every origin the model is fitted anew on
    what was known, and calibrated on the weeks judged before.

    Raises
    ------
    InputError
        If the data cannot be used, end before the last origin, or begin too shortly before the first.
    """
    folder = Path(tempfile.mkdtemp(dir=_made(request.out.absolute().parent)))
    try:
        first_day, last_day = _prepare(request, folder)
        _build(request, folder, first_day, progress)
        return _walk(request, folder, last_day, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(request: BacktestRequest, folder: Path) -> tuple[date, date]:
    """Clean what was known by the end of the last target window."""
    settings, last = request.settings, request.origins[-1]
    delivered = read_tables(request.data or None, settings)
    known = lines_before(delivered, last + timedelta(days=settings.horizon_days), request.today)
    cleaned = clean(known, settings, today=request.today)
    if cleaned.report.last_day + timedelta(days=1) < last:
        raise InputError(
            f"the data end on {cleaned.report.last_day}, before the last origin {last}",
            hint="Name earlier --origins.",
        )
    cleaned.tables.write(folder)
    return cleaned.report.first_day, cleaned.report.last_day


def _build(request: BacktestRequest, folder: Path, first_day: date, progress: Progress) -> None:
    """Write the panel of all weeks that can be learned from, and all pairs of the test weeks."""
    settings, origins = request.settings, tuple(request.origins)
    past = warm_origins(origins[-1], first_day, settings)
    if len(known_before(past, origins[0], settings.horizon_days)) < 2:
        raise InputError(
            f"the history before {origins[0]} is too short to learn from: it begins on {first_day}",
            hint="Name a later FIRST.",
        )
    with open_tables(folder, settings) as tables:
        progress("features", 0, 2)
        write_rows(folder / "panel.parquet", panel(tables, past, settings, settings.learning.negative_rate))
        progress("features", 1, 2)
        write_rows(folder / "test.parquet", panel(tables, origins, settings, 1.0))


def _walk(request: BacktestRequest, folder: Path, last_day: date, progress: Progress) -> Backtest:
    settings = request.settings
    tests = TestWeeks(folder / "test.parquet", tuple(request.origins), settings)
    learned = read_panel(folder / "panel.parquet", settings)
    tuned = tune(
        learned,
        settings,
        day=request.origins[0],
        progress=lambda done, total, said: progress(f"trial ({said})", done, total),
    )
    study = tuned.result
    ours = Rolling(learned, study.choice, settings, evidence=tuned.evidence)
    predicted = _rolled(ours, tests, progress, "weeks")
    theirs = _rolled(Rolling(learned, baseline_choice(study.configs), settings), tests, progress, "baseline")
    del learned
    table = _predictions(predicted)
    write_parquet(request.out, table)
    scores = {MODEL: _column(predicted, PROBABILITY), BASELINE: _column(theirs, PROBABILITY)}
    return Backtest(
        out=str(request.out),
        origins=tuple(day.isoformat() for day in request.origins),
        pairs=table.num_rows,
        algorithm=study.family,
        calibration=ours.model.calibrator if ours.model is not None else "",
        why=study.reason_en,
        recall=recall_of(folder / "lines.parquet", folder / "test.parquet", request.settings),
        report=_report(request, folder, scores, last_day),
    )


def _rolled(rolling: Rolling, tests: TestWeeks, progress: Progress, what: str) -> list[pd.DataFrame]:
    found = []
    for rows in rolling.rows(tests):
        found.append(rows)
        progress(what, len(found), len(tests.origins))
    return found


def _column(weeks: list[pd.DataFrame], name: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.concatenate([week[name].to_numpy(np.float64) for week in weeks])


def _predictions(weeks: list[pd.DataFrame]) -> pa.Table:
    """Lay the weeks out in the predictions format; rank and buy flag are of each week by itself."""
    tables = []
    for week in weeks:
        probability = week[PROBABILITY].to_numpy(np.float64)
        customers, products = (pa.chunked_array([pa.array(week[key])]) for key in (CUSTOMER_ID, PRODUCT_ID))
        columns = {
            ORIGIN: pa.array(week[ORIGIN].dt.date, pa.date32()),
            CUSTOMER_ID: customers,
            PRODUCT_ID: products,
            PROBABILITY: probability,
            RANK: ranks(customers, products, probability),
            EXPECTED_ITEMS: week[EXPECTED_ITEMS].to_numpy(np.float64),
            BUY: probability >= buy_cut(probability),
        }
        tables.append(pa.table(columns).select(list(PREDICTION_COLUMNS)))
    return pa.concat_tables(tables)


def _report(
    request: BacktestRequest,
    folder: Path,
    scores: dict[str, "np.ndarray[Any, np.dtype[np.float64]]"],
    last_day: date,
) -> Report | None:
    """Judge the weeks whose outcome is known."""
    ended = last_day + timedelta(days=1)
    known = known_before(request.origins, ended, request.settings.horizon_days)
    if not known:
        return None
    rows: ScoredRows = scored_rows(pq.read_table(folder / "test.parquet"), scores, request.settings)
    return evaluate(at_origins(rows, known, scores), request.settings)
