"""Lines small enough to read, as tuples and as tables."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

LINE_NAMES = ("customer_id", "product_id", "order_id", "purchase_date", "items")
Line = tuple[object, object, object, object, object]

# Two customers, two products, two days: the least that cleaning lets through.
ANCHORS: tuple[Line, ...] = (
    (1, 10, 901, date(2024, 1, 1), 5.0),
    (2, 20, 902, date(2024, 1, 9), 7.0),
)


def table_of(rows: Sequence[Line]) -> pa.Table:
    """Lines as a table; a column of mixed types becomes text."""
    columns = list(zip(*rows, strict=True)) or [()] * len(LINE_NAMES)
    return pa.table({name: _array(name, values) for name, values in zip(LINE_NAMES, columns, strict=True)})


def _array(name: str, values: Sequence[object]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    if name == "items" and kinds <= {int, float}:
        return pa.array(values, pa.float64())
    return pa.array(values)
