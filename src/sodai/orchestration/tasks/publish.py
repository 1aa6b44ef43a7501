"""Task 13: the week goes live in one step, unless it is blocked; documents are written, all is logged."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import read_json, write_atomic
from sodai.data.tables import Tables
from sodai.evaluation import Report
from sodai.orchestration.context import RunContext
from sodai.orchestration.specs import BLOCK, CHOOSE
from sodai.orchestration.toplist import write_top_list
from sodai.publishing import (
    RunSummary,
    live_week,
    publish,
    read_run,
    write_model_card,
    write_report,
)
from sodai.tracking import Tracker, WeeklyRun


def publish_results(run: RunContext) -> dict[str, Any]:
    """Write the documents, publish the week, and log metrics, documents and outcome to MLflow.

    A blocked week is not published: the week that is live stays live, and the report says why.
    """
    return _withhold(run) if run.branch == BLOCK else _publish(run)


def _publish(run: RunContext) -> dict[str, Any]:
    listed, decided = run.summary("generate_predictions"), run.summary("promote_model")
    told = read_run(run.folder)
    report, cards = _report(run, told), [*write_model_card(told, run.path("publish_results")).values()]
    published = publish(
        run.home.root,
        run.info.origin,
        run.path("generate_predictions", "predictions.parquet"),
        run_id=run.info.run_id,
        model_version=listed["version"],
    )
    file = published.week.file(run.home.root)
    products = Tables.read(run.path("validate_data")).products
    top = write_top_list(file, products, reasons_of_list(run), run.settings)
    weekly = _weekly(run)
    weekly.log_metrics(_metrics(run))
    judged = {"sodai.winner": decided["winner"], "sodai.judged": run.summary("evaluate_model")["score"]}
    _close(weekly, {"sodai.path": run.model_task, "sodai.why": decided["why_en"], **judged}, [report, *cards])
    return {
        "blocked": False,
        "live": published.is_live,
        "predictions": str(file),
        "top": str(top),
        "report": str(report),
        "model_cards": [str(card) for card in cards],
        "note": f"{'live' if published.is_live else 'published, a newer week stays live'}: {file}",
    }


def _withhold(run: RunContext) -> dict[str, Any]:
    """Publish nothing, and say so with the reason wherever a person looks."""
    path, live = run.summary(CHOOSE), live_week(run.home.root)
    stays = live.week.origin.isoformat() if live is not None else None
    report = _report(run, read_run(run.folder))
    _close(_weekly(run), {"sodai.path": BLOCK, "sodai.why": path["why_en"]}, [report])
    kept = f"the week of {stays} stays live" if stays else "no week is live yet"
    return {
        "blocked": True,
        "live": False,
        "live_origin": stays,
        "why_en": path["why_en"],
        "why_es": path["why_es"],
        "report": str(report),
        "note": f"blocked, {kept}: {path['why_en']}",
    }


def reasons_of_list(run: RunContext) -> pa.Table:
    """Read the reasons of the model that made the list."""
    own = run.path("generate_predictions", "reasons.parquet")
    return pq.read_table(own if own.is_file() else run.path("explain_model", "reasons.parquet"))


def _report(run: RunContext, told: RunSummary) -> Path:
    """Write the run report, which also lies in the home's reports."""
    report = write_report(told, run.path("publish_results", "report.html"))
    write_atomic(run.home.reports / f"{run.info.run_id}.html", lambda file: _copy(report, file))
    return report


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _weekly(run: RunContext) -> WeeklyRun:
    return Tracker(run.home.root, run.settings).weekly_run(run.info.run_id, run.info.origin)


def _metrics(run: RunContext) -> dict[str, float]:
    report = Report.from_dict(read_json(run.path("evaluate_model", "metrics.json")))
    measured = {f"{m.score}.{m.metric}": m.value for m in report.measurements}
    return measured | {"list.pairs": run.summary("generate_predictions")["pairs"]}


def _close(weekly: WeeklyRun, tags: dict[str, str], documents: Sequence[Path]) -> None:
    weekly.log_tags(tags)
    for file in documents:
        weekly.log_file(file, "documents")
    weekly.finish()
