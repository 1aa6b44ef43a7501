"""Rows on their way between the engine and parquet, whole or in chunks of whole customers."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sodai.data import write_atomic
from sodai.settings.columns import CUSTOMER_ID, KEYS, TARGET_ITEMS, WEIGHT

EXACT = (WEIGHT, TARGET_ITEMS)

# Rows scored at a time: about 100 float32 features each, so some 100 MB with what a model makes of them.
CHUNK_ROWS = 100_000


def write_rows(path: Path, rows: ir.Table) -> int:
    """Compute rows and write them in the order of their keys, so that the same rows are the same file.

    Numbers are written as float32, which is what models read: half the file and half the memory.

    Returns
    -------
    int
        How many there are.
    """
    ordered = rows.order_by(KEYS).mutate(**_narrow(rows))
    if rows.get_backend().name == "duckdb":
        write_atomic(path, lambda temporary: ordered.to_parquet(temporary, compression="zstd"))
    else:
        write_atomic(path, lambda temporary: _write_batches(temporary, ordered))
    count: int = pq.read_metadata(path).num_rows
    return count


def _narrow(rows: ir.Table) -> dict[str, ir.Value]:
    wide = [name for name, kind in rows.schema().items() if kind.is_float64() and name not in EXACT]
    return {name: rows[name].cast("float32") for name in wide}


def _write_batches(path: Path, rows: ir.Table) -> None:
    batches = rows.to_pyarrow_batches(chunk_size=CHUNK_ROWS)
    with pq.ParquetWriter(path, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def batches_of(path: Path) -> Iterator[pa.RecordBatch]:
    """Read a parquet file a chunk at a time."""
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=CHUNK_ROWS)


def by_customers(batches: Iterable[pa.RecordBatch], rows: int = CHUNK_ROWS) -> Iterator[pa.Table]:
    """Cut a stream that is ordered by customer into tables of about ``rows`` rows that split no customer.

    >>> batch = pa.record_batch({"customer_id": [1, 1, 2, 3, 3]})
    >>> [table["customer_id"].to_pylist() for table in by_customers([batch], rows=2)]
    [[1, 1], [2], [3, 3]]
    """
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count > rows:
            table = pa.Table.from_batches(held)
            ends = _customer_ends(table)
            while (whole := [end for end in ends if end < table.num_rows]) and table.num_rows > rows:
                cut = max((end for end in whole if end <= rows), default=whole[0])
                yield table.slice(0, cut)
                table = table.slice(cut)
                ends = [end - cut for end in whole if end > cut]
            held, count = table.to_batches(), table.num_rows
    if count:
        yield pa.Table.from_batches(held)


def _customer_ends(table: pa.Table) -> list[int]:
    """Positions at which another customer begins."""
    ids = table[CUSTOMER_ID].combine_chunks()
    changes = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))
    starts: list[int] = pc.add(pc.indices_nonzero(changes), 1).to_pylist()
    return starts
