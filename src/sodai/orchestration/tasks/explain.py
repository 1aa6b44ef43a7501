"""Task 10: what the model looks at, over a stratified sample and for the recommendations at the top."""

from typing import Any

import numpy as np
import pyarrow.parquet as pq

from sodai.data import write_json, write_parquet
from sodai.features import catalogue
from sodai.learning.explanation import explain
from sodai.orchestration.context import RunContext
from sodai.orchestration.explaining import top_reasons
from sodai.orchestration.judging import SEEN_FEATURE, scores_of
from sodai.orchestration.scoring import feature_frame
from sodai.orchestration.storage import batches_of
from sodai.orchestration.tasks.train import model_of
from sodai.settings.columns import KEYS


def explain_model(run: RunContext) -> dict[str, Any]:
    """Write importance.json, shap_sample.parquet and reasons.parquet of the model that came."""
    folder, model = run.path("explain_model"), model_of(run)
    test = pq.read_table(run.path("create_features", "test.parquet"))
    seen = np.nan_to_num(test[SEEN_FEATURE].to_numpy()) > 0
    explanation = explain(
        model.algorithm,
        feature_frame(test, model.features),
        scores_of(test, model),
        seen,
        catalogue(run.settings),
        run.settings,
    )
    write_json(folder / "importance.json", explanation.importance.to_dict())
    sample = test.take(explanation.positions)
    keys = {name: sample[name] for name in KEYS}
    write_parquet(folder / "shap_sample.parquet", explanation.contributions.table(keys))
    snapshot = batches_of(run.path("create_features", "snapshot.parquet"))
    reasons = top_reasons(snapshot, model, run.info.origin, run.settings)
    write_parquet(folder / "reasons.parquet", reasons)
    families = [family.name for family in explanation.importance.families[:3]]
    return {
        "algorithm": explanation.importance.algorithm,
        "sample_rows": explanation.importance.rows,
        "reasons": reasons.num_rows,
        "note": f"looks most at {', '.join(families)} ({explanation.importance.rows:,} pairs)",
    }
