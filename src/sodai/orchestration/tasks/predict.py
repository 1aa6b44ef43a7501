"""Task 12: every candidate pair with the model that serves."""

from typing import Any

from sodai.data import write_parquet
from sodai.orchestration.champion import load_version
from sodai.orchestration.context import RunContext
from sodai.orchestration.explaining import top_reasons
from sodai.orchestration.scoring import write_predictions
from sodai.orchestration.storage import batches_of
from sodai.tracking import Registry


def generate_predictions(run: RunContext) -> dict[str, Any]:
    """Score the snapshot and write predictions.parquet; reasons too, where another model serves than came."""
    number = run.summary("promote_model")["serving_version"]
    model = load_version(run.home.root, run.settings, Registry(run.home.root, run.settings).version(number))
    snapshot = run.path("create_features", "snapshot.parquet")
    folder = run.path("generate_predictions")
    scored = write_predictions(folder / "predictions.parquet", batches_of(snapshot), model, run.info.origin)
    if number != run.summary(run.model_task)["version"]:
        reasons = top_reasons(batches_of(snapshot), model, run.info.origin, run.settings)
        write_parquet(folder / "reasons.parquet", reasons)
    return {
        "pairs": scored.pairs,
        "customers": scored.customers,
        "products": len(scored.products),
        "cut": scored.cut,
        "buys": scored.buys,
        "version": number,
        "algorithm": model.name,
        "note": f"{scored.pairs:,} pairs, {scored.buys:,} to buy",
    }
