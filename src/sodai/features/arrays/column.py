"""A column: values, and which of them are null."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Array = NDArray[Any]
Mask = NDArray[np.bool_]


class Column(NamedTuple):
    """Numbers or truth values; dates are days since 1970.

    Attributes
    ----------
    values : ndarray
        One a row, or a single one for all rows. What stands where a value is null means nothing.
    null : ndarray of bool, optional
        None where no value is null.
    """

    values: Array
    null: Mask | None = None


Columns = Mapping[str, Column]


def column_of(values: pa.Array | pa.ChunkedArray) -> Column:
    """Take a column of numbers, truth values or dates from Arrow."""
    if pa.types.is_date(values.type):
        values = values.cast(pa.date32()).cast(pa.int32())
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    null = None
    if values.null_count:
        null = pc.is_null(values).to_numpy(zero_copy_only=False)
        values = values.fill_null(False if pa.types.is_boolean(values.type) else 0)
    array = values.to_numpy(zero_copy_only=False) if isinstance(values, pa.Array) else values.to_numpy()
    return Column(array.astype(np.int64) if array.dtype.kind in "iu" else array, null)


def columns_of(table: pa.Table) -> dict[str, Column]:
    """Take all columns of an Arrow table; of texts, their positions in `texts_of`."""
    texts = texts_of(table)
    return {
        name: column_of(pc.index_in(table[name], value_set=pa.array(texts[name], table[name].type)))
        if name in texts
        else column_of(table[name])
        for name in table.column_names
    }


def texts_of(table: pa.Table) -> dict[str, list[str]]:
    """Return the distinct values of each column of text, sorted."""
    named = [field.name for field in table.schema if _is_text(field.type)]
    return {name: sorted(pc.unique(table[name]).drop_null().to_pylist()) for name in named}


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def take(column: Column, at: Array) -> Column:
    """Rows at the given positions."""
    return Column(column.values[at], None if column.null is None else column.null[at])


def take_or_null(column: Column, at: Array) -> Column:
    """Rows at the given positions; -1 gives null."""
    missing = at < 0
    if not len(column.values):
        return Column(np.zeros(len(at), column.values.dtype), missing)
    null = missing if column.null is None else missing | column.null[at]
    return Column(column.values[at], null)


def spread(column: Column, length: int) -> Column:
    """Give a single value to every row."""
    if np.ndim(column.values):
        return column
    values = np.broadcast_to(column.values, (length,))
    return Column(values, None if column.null is None else np.broadcast_to(column.null, (length,)))


def either(first: Mask | None, second: Mask | None) -> Mask | None:
    """Null where one of two is."""
    if first is None:
        return second
    return first if second is None else first | second


def true_rows(column: Column, length: int) -> Mask:
    """Rows where a condition holds; null does not."""
    held: Mask = column.values if column.null is None else column.values & ~column.null
    return held if np.ndim(held) else np.broadcast_to(held, (length,))
