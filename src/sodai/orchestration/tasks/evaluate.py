"""Task 9: whichever model came, judged on past weeks that it had not seen, beside the baseline."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sodai.data import write_json
from sodai.evaluation import Report, ScoredRows, evaluate
from sodai.learning import Model
from sodai.orchestration.champion import load_version
from sodai.orchestration.context import RunContext
from sodai.orchestration.judging import (
    BASELINE,
    CHALLENGER,
    CHAMPION,
    at_origins,
    scored_rows,
    scores_of,
    write_scored,
)
from sodai.orchestration.specs import RETRAIN
from sodai.settings.columns import ORIGIN
from sodai.tracking import Registry


def evaluate_model(run: RunContext) -> dict[str, Any]:
    """Judge the model of this run and the baseline on the test weeks, and leave what the gate needs.

    A challenger is judged through its twin, fitted on what was known before the test weeks. A champion is
    judged on the test weeks after its training; where there are none, on all of them, and
    ``seen_by_champion`` says so. ``metrics.json`` is the report on the weeks of the main score, ``gate.json``
    that on the weeks that are fair to challenger and champion alike.
    """
    retrained = run.model_task == RETRAIN
    main = CHALLENGER if retrained else CHAMPION
    champion = _champion(run)
    test = pq.read_table(run.path("create_features", "test.parquet"))
    origins = sorted(set(test[ORIGIN].cast(pa.date32()).to_pylist()))
    unseen = [day for day in origins if champion is None or day >= champion.trained_at_origin]
    fair = unseen or origins

    rows = scored_rows(test, _scores(run, test, champion), run.settings)
    write_scored(run.path("evaluate_model", "rows.parquet"), rows)
    judged = origins if retrained else fair
    report = evaluate(_judged(rows, judged, with_champion=judged == fair), run.settings)
    write_json(run.path("evaluate_model", "metrics.json"), report.to_dict())
    gate = report if judged == fair else evaluate(_judged(rows, fair, with_champion=True), run.settings)
    write_json(run.path("evaluate_model", "gate.json"), gate.to_dict())
    return {
        "score": main,
        "weeks": [day.isoformat() for day in judged],
        "gate_weeks": [day.isoformat() for day in fair],
        "seen_by_champion": not unseen,
        "champion_judged": champion is not None,
        "note": _said(report, main, run.settings.evaluation.gate.metric),
    }


def _champion(run: RunContext) -> Model | None:
    """Load the champion of the moment of the decision, if it can be held against a model of this run.

    It cannot where it predicts something else, or has seen what comes after this origin.
    """
    path = run.summary("choose_path")
    if not path["comparable"] or path["backfill"]:
        return None
    return load_version(
        run.home.root, run.settings, Registry(run.home.root, run.settings).version(path["champion"])
    )


def _scores(run: RunContext, test: pa.Table, champion: Model | None) -> dict[str, NDArray[np.float64]]:
    told = pq.read_table(run.path(run.model_task, "test_scores.parquet"))
    scores = {name: told[name].to_numpy() for name in told.column_names}
    return scores if champion is None else {**scores, CHAMPION: scores_of(test, champion)}


def _judged(rows: ScoredRows, origins: Sequence[date], *, with_champion: bool) -> ScoredRows:
    names = [name for name in rows.scores if with_champion or name != CHAMPION]
    return at_origins(rows, origins, names)


def _said(report: Report, score: str, metric: str) -> str:
    found, gain = report.measured(metric, score), report.difference(metric, score, BASELINE)
    return (
        f"{metric} {found.value:.4f}, {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] to the baseline"
    )
