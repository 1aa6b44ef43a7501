"""Customers and products: one row an id. Equal rows collapse; of rows that differ, the last one wins."""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from sodai.data.cleaning.rules import DUPLICATE, MISSING_ID, SUPERSEDED


@dataclass(frozen=True)
class Distinct:
    """A table with one row an id, in delivered order; ``dropped`` maps rows that left to their reason."""

    table: pa.Table
    dropped: dict[int, str] = field(default_factory=dict)

    def count(self, reason: str) -> int:
        """Count the rows dropped for ``reason``."""
        return sum(1 for given in self.dropped.values() if given == reason)


def distinct(table: pa.Table, key: str) -> Distinct:
    """Keep one row an id, as this module says."""
    dropped = dict.fromkeys(_rows(pc.is_null(table[key])), MISSING_ID)
    counts = pc.value_counts(table[key].drop_null())
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    if len(repeated):
        dropped |= _older(table, key, repeated)
    if not dropped:
        return Distinct(table)
    kept = sorted(set(range(len(table))) - dropped.keys())
    return Distinct(table.take(pa.array(kept, pa.int64())), dropped)


def _older(table: pa.Table, key: str, repeated: pa.Array) -> dict[int, str]:
    rows = _rows(pc.is_in(table[key], value_set=repeated))
    records = table.take(pa.array(rows, pa.int64())).to_pylist()
    newest = {record[key]: (row, repr(record)) for row, record in zip(rows, records, strict=True)}
    dropped = {}
    for row, record in zip(rows, records, strict=True):
        last_row, last = newest[record[key]]
        if row != last_row:
            dropped[row] = DUPLICATE if repr(record) == last else SUPERSEDED
    return dropped


def _rows(mask: pa.ChunkedArray) -> list[int]:
    rows: list[int] = pc.indices_nonzero(mask.combine_chunks()).to_pylist()
    return rows


def with_unknown(table: pa.Table, key: str, ids: pa.ChunkedArray) -> pa.Table:
    """Give every id that has no row one without attributes."""
    unknown = pc.unique(ids.drop_null())
    unknown = unknown.filter(pc.invert(pc.is_in(unknown, value_set=table[key].combine_chunks())))
    rows = pa.table({key: unknown.take(pc.sort_indices(unknown))})
    return pa.concat_tables([table, rows], promote_options="default") if len(rows) else table
