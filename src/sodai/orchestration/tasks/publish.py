"""Task 13: the week goes live in one step; run report and model card are written; everything is logged."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import read_json
from sodai.data.tables import Tables
from sodai.evaluation import Report
from sodai.orchestration.context import RunContext
from sodai.orchestration.documents import write_documents
from sodai.orchestration.toplist import write_top_list
from sodai.publishing import publish
from sodai.tracking import Tracker


def publish_results(run: RunContext) -> dict[str, Any]:
    """Write the documents, publish the week, and log metrics, documents and outcome to MLflow."""
    listed = run.summary("generate_predictions")
    documents = write_documents(run)
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
        **{name: str(path) for name, path in documents.items()},
        "note": f"{'live' if published.is_live else 'published, a newer week stays live'}: {file}",
    }


def reasons_of_list(run: RunContext) -> pa.Table:
    """Read the reasons of the model that made the list."""
    own = run.path("generate_predictions", "reasons.parquet")
    return pq.read_table(own if own.is_file() else run.path("explain_model", "reasons.parquet"))


def _log(run: RunContext, documents: dict[str, Path]) -> None:
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
    for file in documents.values():
        weekly.log_file(file, "documents")
    weekly.finish()
