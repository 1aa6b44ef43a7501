"""The names of all cleaning rules, and those that judge a line by itself.

A line leaves for the first reason that holds, in the order below, so that counts add up to lines.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from sodai.settings.columns import CUSTOMER_ID, ITEMS, ORDER_ID, PRODUCT_ID, PURCHASE_DATE

MISSING_ID: Final = "missing_id"
UNKNOWN_CUSTOMER: Final = "unknown_customer"
UNKNOWN_PRODUCT: Final = "unknown_product"
UNPARSABLE_DATE: Final = "unparsable_date"
FUTURE_DATE: Final = "future_date"
MISSING_ITEMS: Final = "missing_items"
UNPARSABLE_ITEMS: Final = "unparsable_items"
INFINITE_ITEMS: Final = "infinite_items"
ZERO_ITEMS: Final = "zero_items"
DUPLICATE: Final = "duplicate"
SUPERSEDED: Final = "superseded"
REVERSED: Final = "reversed"
NETTED: Final = "netted"
MERGED: Final = "merged"

REFUSED_RULES: Final = (
    MISSING_ID,
    UNKNOWN_CUSTOMER,
    UNKNOWN_PRODUCT,
    UNPARSABLE_DATE,
    FUTURE_DATE,
    MISSING_ITEMS,
    UNPARSABLE_ITEMS,
    INFINITE_ITEMS,
    ZERO_ITEMS,
)
"""Lines that are wrong: they count towards the share that stops a run."""

REPLACED_RULES: Final = (DUPLICATE, SUPERSEDED, REVERSED)
"""Lines that are right but say nothing any more: kept aside, never held against a delivery."""

MERGED_RULES: Final = (NETTED, MERGED)
"""Lines added into another of their order: with a partial return among them, or several of one product."""

MAX_ITEMS: Final = 1e12  # No order holds more; sums and squares of larger numbers stop being exact.


def judge(
    lines: pa.Table, delivered: pa.Table, customers: pa.Table, products: pa.Table, today: date
) -> pa.Array:
    """Give each line the reason why it is refused on its own, null for a good one.

    Parameters
    ----------
    lines : pa.Table
        Lines with values read: ids, days and quantities, null where they made no sense.
    delivered : pa.Table
        The same lines as delivered, which tells missing from unreadable.
    customers, products : pa.Table
        The known ids.
    today : date
        The last day that is not in the future.
    """
    reasons = pa.nulls(len(lines), pa.string())
    for name, holds in _verdicts(lines, delivered, customers, products, today):
        if pc.any(holds).as_py():
            reasons = pc.if_else(
                pc.and_(pc.is_null(reasons), pc.fill_null(holds, False)), pa.scalar(name), reasons
            )
    return reasons


def _verdicts(
    lines: pa.Table, delivered: pa.Table, customers: pa.Table, products: pa.Table, today: date
) -> Iterator[tuple[str, pa.ChunkedArray]]:
    ids = [pc.is_null(lines[name]) for name in (CUSTOMER_ID, PRODUCT_ID, ORDER_ID)]
    yield MISSING_ID, pc.or_(pc.or_(ids[0], ids[1]), ids[2])
    yield UNKNOWN_CUSTOMER, pc.invert(known(lines[CUSTOMER_ID], customers[CUSTOMER_ID]))
    yield UNKNOWN_PRODUCT, pc.invert(known(lines[PRODUCT_ID], products[PRODUCT_ID]))
    yield UNPARSABLE_DATE, pc.is_null(lines[PURCHASE_DATE])
    yield FUTURE_DATE, pc.greater(lines[PURCHASE_DATE], pa.scalar(today))
    yield MISSING_ITEMS, _missing(delivered[ITEMS])
    yield UNPARSABLE_ITEMS, pc.is_null(lines[ITEMS])
    yield INFINITE_ITEMS, pc.greater(pc.abs(lines[ITEMS]), MAX_ITEMS)


def known(ids: pa.ChunkedArray, table_ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each id is in the table; a null id is not."""
    return pc.is_in(ids, value_set=table_ids.drop_null().combine_chunks())


def _missing(items: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(items.type):
        folded = pc.utf8_lower(pc.utf8_trim_whitespace(items))
        return pc.or_kleene(pc.is_null(items), pc.is_in(folded, value_set=_NOTHING))
    return pc.is_null(items, nan_is_null=pa.types.is_floating(items.type))


_NOTHING: Final = pa.array(["", "nan", "na", "n/a", "null", "none"])
