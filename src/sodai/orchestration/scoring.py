"""From features to the list: probability, rank, expected items, buy flag, in chunks of bounded memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sodai.data import write_atomic
from sodai.learning import Model, buy_cut
from sodai.orchestration.storage import batches_of, by_customers
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


@dataclass
class Scored:
    """What is left in memory of a scored week: one number a pair, and counts."""

    pairs: int = 0
    customers: int = 0
    products: set[object] = field(default_factory=set)
    probabilities: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, scores: pa.Table) -> None:
        """Count a chunk of whole customers."""
        self.pairs += scores.num_rows
        self.customers += pc.count_distinct(scores[CUSTOMER_ID]).as_py()
        self.products.update(pc.unique(scores[PRODUCT_ID]).to_pylist())
        self.probabilities.append(scores[PROBABILITY].to_numpy())

    @property
    def cut(self) -> float:
        """The cut that maximises expected F1 over all pairs."""
        return float(buy_cut(np.concatenate(self.probabilities))) if self.pairs else 1.0

    @property
    def buys(self) -> int:
        """Pairs at or above the cut."""
        cut = self.cut
        return int(sum((chunk >= cut).sum() for chunk in self.probabilities))


def write_predictions(path: Path, batches: Iterable[pa.RecordBatch], model: Model, origin: date) -> Scored:
    """Score a stream of snapshot rows, ordered by customer, and write them in the predictions format.

    The buy flag needs the probabilities of all pairs, so the rows are written twice: scored, then flagged.
    """
    scored = Scored()

    def write(temporary: Path) -> None:
        unflagged = temporary.with_name(f"{temporary.name}.scores")
        try:
            _write(unflagged, _scores(batches, model, origin, scored))
            cut = scored.cut
            flagged = (_flagged(batch, cut) for batch in batches_of(unflagged))
            _write(temporary, flagged)
        finally:
            unflagged.unlink(missing_ok=True)

    write_atomic(path, write)
    return scored


def score(rows: pa.Table, model: Model, origin: date) -> pa.Table:
    """Score rows of whole customers: the predictions format without the buy flag."""
    answers = model.predict(feature_frame(rows, model.features))
    probability = answers[PROBABILITY].to_numpy(dtype=np.float64)
    return pa.table(
        {
            ORIGIN: pa.repeat(pa.scalar(origin, pa.date32()), rows.num_rows),
            CUSTOMER_ID: rows[CUSTOMER_ID],
            PRODUCT_ID: rows[PRODUCT_ID],
            PROBABILITY: probability,
            RANK: ranks(rows[CUSTOMER_ID], rows[PRODUCT_ID], probability),
            EXPECTED_ITEMS: answers[EXPECTED_ITEMS].to_numpy(dtype=np.float64),
        }
    )


def scores_table(scores: Mapping[str, NDArray[np.float64]]) -> pa.Table:
    """Lay scores out as a table, one column a score."""
    return pa.table(dict(scores))


def feature_frame(rows: pa.Table | pa.RecordBatch, features: Iterable[str]) -> pd.DataFrame:
    """Take the features of rows: numbers as float32, text as categories."""
    columns = {}
    for name in features:
        column = rows[name]
        text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        columns[name] = pc.dictionary_encode(column) if text else column.cast(pa.float32(), safe=False)
    frame: pd.DataFrame = pa.table(columns).to_pandas()
    return frame


def ranks(
    customers: pa.ChunkedArray, products: pa.ChunkedArray, probability: NDArray[np.float64]
) -> pa.Array:
    """Rank the products of each customer, 1 = best; ties by product_id.

    >>> ids = pa.chunked_array([[1, 1, 1, 2]]), pa.chunked_array([[7, 8, 6, 7]])
    >>> ranks(*ids, np.array([0.2, 0.9, 0.2, 0.1])).to_pylist()
    [3, 1, 2, 1]
    """
    keys = pa.table({"customer": customers, "product": products, "negative": -probability})
    order = pc.sort_indices(
        keys, sort_keys=[("customer", "ascending"), ("negative", "ascending"), ("product", "ascending")]
    ).to_numpy()
    sorted_customers = pc.take(customers, order).combine_chunks()
    starts = np.ones(len(order), bool)
    if len(order) > 1:
        changes = pc.not_equal(sorted_customers.slice(1), sorted_customers.slice(0, len(order) - 1))
        starts[1:] = changes.to_numpy(zero_copy_only=False)
    position = np.arange(len(order))
    first = np.maximum.accumulate(np.where(starts, position, 0))
    rank = np.empty(len(order), np.int32)
    rank[order] = position - first + 1
    return pa.array(rank)


def _scores(
    batches: Iterable[pa.RecordBatch], model: Model, origin: date, scored: Scored
) -> Iterator[pa.RecordBatch]:
    for rows in by_customers(batches):
        scores = score(rows, model, origin)
        scored.add(scores)
        yield from scores.combine_chunks().to_batches()


def _flagged(batch: pa.RecordBatch, cut: float) -> pa.RecordBatch:
    flagged = batch.append_column(BUY, pc.greater_equal(batch[PROBABILITY], cut))
    return flagged.select(list(PREDICTION_COLUMNS))


def _write(path: Path, batches: Iterable[pa.RecordBatch]) -> None:
    writer = None
    try:
        for batch in batches:
            writer = writer or pq.ParquetWriter(path, batch.schema, compression="zstd")
            writer.write_batch(batch)
    finally:
        if writer is not None:
            writer.close()
