"""Labels, and a uniform sample of the negatives with inverse weights.

The draw is arithmetic on the ranks of the ids and the origin's day, so that every engine draws the same
pairs, and the same pair and origin are always drawn or always not, whatever else is in the panel.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from sodai.features.joins import attach, meet
from sodai.features.past import Past
from sodai.settings.columns import CUSTOMER_ID, KEYS, LABEL, ORIGIN, PRODUCT_ID, TARGET_ITEMS, WEIGHT


@dataclass(frozen=True)
class SomeCustomers:
    """A share of the customers, whole; each number of ``draw`` gives others.

    Rows of one customer are not independent, so it is customers that are left out where rows are too many.
    """

    share: float = 1.0
    draw: int = 0


EVERYBODY = SomeCustomers()
MODULUS = 2_147_483_647
MULTIPLIERS = (48_271, 69_621, 16_807, 39_373)


def sampled(past: Past, pairs: ir.Table, rate: float) -> ir.Table:
    """The positive pairs and a share ``rate`` of the others."""
    if rate >= 1:
        return pairs
    known = attach(_with_draw(past, pairs), past.labels, KEYS)
    kept = (known.draw < int(rate * MODULUS)) | known[TARGET_ITEMS].notnull()
    return known.filter(kept).select(*KEYS)


def of_customers(past: Past, pairs: ir.Table, some: SomeCustomers) -> ir.Table:
    """The pairs of a share of the customers."""
    if some.share >= 1:
        return pairs
    drawn = _ranked(past.tables.customers, CUSTOMER_ID, "draw")
    # Mixed once more: the draw of the negatives begins with the same numbers and must not know of this one.
    chosen = drawn.filter(_mixed(drawn["draw"] + some.draw) < int(some.share * MODULUS))
    return pairs.semi_join(past.tables.keep(chosen.select(CUSTOMER_ID)), CUSTOMER_ID)


def label_columns(table: ir.Table, rate: float) -> dict[str, ir.Value]:
    """The columns label (0/1), target_items (0 where none) and weight (1, or 1 / rate for sampled negatives).

    ``table`` has target_items, null where the label is 0.
    """
    positive = table[TARGET_ITEMS].notnull()
    return {
        LABEL: positive.cast("int8"),
        TARGET_ITEMS: table[TARGET_ITEMS].fill_null(0.0).cast("float64"),
        WEIGHT: ibis.ifelse(positive, 1.0, 1.0 / rate).cast("float64"),
    }


def _with_draw(past: Past, pairs: ir.Table) -> ir.Table:
    """Adds ``draw``, uniform below MODULUS: (customer * product + shift) * scale, of well mixed numbers."""
    tables, origins = past.tables, past.origins
    origins = origins.select(
        ORIGIN, shift=_mixed(origins.origin_day), scale=_mixed(origins.origin_day + MULTIPLIERS[0]) + 1
    )
    customers = _ranked(tables.customers, CUSTOMER_ID, "customer")
    products = _ranked(tables.products, PRODUCT_ID, "product")
    for right, key in ((customers, CUSTOMER_ID), (products, PRODUCT_ID), (origins, ORIGIN)):
        pairs = meet(pairs, tables.keep(right), key)
    place = (pairs.customer * pairs["product"] + pairs["shift"]) % MODULUS
    return pairs.mutate(draw=place * pairs.scale % MODULUS)


def _ranked(table: ir.Table, key: str, name: str) -> ir.Table:
    # Through float64, or the cast is left out: Spark counts rows in 32 bits, which the mixing overflows.
    rank = ibis.row_number().over(ibis.window(order_by=key)).cast("float64").cast("int64")
    return table.select(key, **{name: _mixed(rank * MULTIPLIERS[-1] + len(name)) + 1})


def _mixed(number: ir.IntegerValue) -> ir.IntegerValue:
    """A number that looks random, on 0 .. MODULUS - 2."""
    for multiplier in MULTIPLIERS:
        number = (number * multiplier + 12_345) % MODULUS
        number = (number * number + multiplier) % (MODULUS - 1)
    return number
