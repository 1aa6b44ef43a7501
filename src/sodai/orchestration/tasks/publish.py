"""Task 13: the week goes live in one step; run report and model card are written; everything is logged."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import read_json, write_atomic
from sodai.data.tables import Tables
from sodai.evaluation import Report
from sodai.orchestration.context import RunContext
from sodai.orchestration.toplist import write_top_list
from sodai.publishing import publish, read_run, write_model_card, write_report
from sodai.tracking import Tracker


def publish_results(run: RunContext) -> dict[str, Any]:
    """Write the documents, publish the week, and log metrics, documents and outcome to MLflow."""
    listed = run.summary("generate_predictions")
    documents = _documents(run)
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
    _log(run, documents)
    return {
        "live": published.is_live,
        "predictions": str(file),
        "top": str(top),
        "report": str(documents[0]),
        "model_cards": [str(card) for card in documents[1:]],
        "note": f"{'live' if published.is_live else 'published, a newer week stays live'}: {file}",
    }


def reasons_of_list(run: RunContext) -> pa.Table:
    """Read the reasons of the model that made the list."""
    own = run.path("generate_predictions", "reasons.parquet")
    return pq.read_table(own if own.is_file() else run.path("explain_model", "reasons.parquet"))


def _documents(run: RunContext) -> list[Path]:
    """Write run report and model cards; each report also lies in the home's reports."""
    folder, told = run.path("publish_results"), read_run(run.folder)
    report = write_report(told, folder / "report.html")
    write_atomic(run.home.reports / f"{run.info.run_id}.html", lambda file: _copy(report, file))
    return [report, *write_model_card(told, folder).values()]


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _log(run: RunContext, documents: list[Path]) -> None:
    evaluated, decided = run.summary("evaluate_model"), run.summary("promote_model")
    report = Report.from_dict(read_json(run.path("evaluate_model", "metrics.json")))
    weekly = Tracker(run.home.root, run.settings).weekly_run(run.info.run_id, run.info.origin)
    weekly.log_metrics(
        {f"{m.score}.{m.metric}": m.value for m in report.measurements}
        | {"list.pairs": run.summary("generate_predictions")["pairs"]}
    )
    weekly.log_tags(
        {
            "sodai.path": run.model_task,
            "sodai.winner": decided["winner"],
            "sodai.why": decided["why_en"],
            "sodai.judged": evaluated["score"],
        }
    )
    for file in documents:
        weekly.log_file(file, "documents")
    weekly.finish()
