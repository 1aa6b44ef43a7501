"""Rows with every score that is to be judged, side by side: models, the baseline, and what needs no model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sodai.data import write_parquet
from sodai.evaluation import ScoredRows, simple_scores
from sodai.learning import Model
from sodai.orchestration.scoring import feature_frame
from sodai.orchestration.storage import CHUNK_ROWS
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, LABEL, ORIGIN, PROBABILITY, PRODUCT_ID

CHALLENGER, CHAMPION, BASELINE = "challenger", "champion", "baseline"
SEEN_FEATURE = "pair_purchases"
ACTIVITY_FEATURE = "customer_orders_13"

Scores = Mapping[str, NDArray[np.float64]]


def scores_of(rows: pa.Table, model: Model) -> NDArray[np.float64]:
    """Probabilities of rows with features, a chunk at a time."""
    starts = range(0, rows.num_rows, CHUNK_ROWS)
    chunks = (feature_frame(rows.slice(at, CHUNK_ROWS), model.features) for at in starts)
    return np.concatenate(
        [np.empty(0), *(model.predict(c)[PROBABILITY].to_numpy(np.float64) for c in chunks)]
    )


def scored_rows(rows: pa.Table, scores: Scores, settings: Settings) -> ScoredRows:
    """Put rows with features and labels, and their scores, into the form that evaluation judges.

    The scores of ``simple_scores`` (popularity, repeat) are added.
    """
    judged = ScoredRows(
        origin=rows[ORIGIN].cast(pa.date32()).to_numpy().astype("datetime64[D]"),
        customer=rows[CUSTOMER_ID].to_numpy(),
        product=rows[PRODUCT_ID].to_numpy(),
        label=rows[LABEL].to_numpy().astype(np.int8),
        seen=np.nan_to_num(rows[SEEN_FEATURE].to_numpy()) > 0,
        scores=dict(scores),
        customer_type=_attribute(rows, "customer", settings.customers.type),
        activity=rows[ACTIVITY_FEATURE].to_numpy(),
        product_group=_attribute(rows, "product", settings.products.group),
    )
    return judged.with_scores(simple_scores(judged))


def at_origins(rows: ScoredRows, origins: Sequence[date], scores: Iterable[str]) -> ScoredRows:
    """Keep the rows of some origins and the scores of some names."""
    keep = np.isin(rows.origin, np.array(origins, "datetime64[D]"))
    arrays: dict[str, Any] = {field.name: getattr(rows, field.name) for field in fields(rows)}
    arrays.pop("scores")
    kept: dict[str, Any] = {name: None if values is None else values[keep] for name, values in arrays.items()}
    return ScoredRows(**kept, scores={name: rows.scores[name][keep] for name in scores})


def write_scored(path: Path, judged: ScoredRows) -> None:
    """Keep the judged rows: keys, label, seen, and a column a score."""
    columns = {
        ORIGIN: pa.array(judged.origin, pa.date32()),
        CUSTOMER_ID: judged.customer,
        PRODUCT_ID: judged.product,
        LABEL: judged.label,
        "seen": judged.seen,
        **judged.scores,
    }
    write_parquet(path, pa.table(columns))


def _attribute(rows: pa.Table, entity: str, name: str | None) -> NDArray[np.object_] | None:
    column = f"static_{entity}_{name}"
    if name is None or column not in rows.column_names:
        return None
    values: NDArray[np.object_] = rows[column].to_numpy(zero_copy_only=False)
    return values
