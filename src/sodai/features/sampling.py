"""Labels, and a uniform sample of the negatives with inverse weights.

The draw is arithmetic on the ranks of the ids and the origin's day, so that every engine draws the same
pairs, and the same pair and origin are always drawn or always not, whatever else is in the panel.
"""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from sodai.features.candidates import among_candidates, candidates
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


def labelled(past: Past, rate: float, some: SomeCustomers = EVERYBODY) -> ir.Table:
    """The candidate pairs with a label of 1 and a share ``rate`` of the others: KEYS and target_items.

    ``target_items`` is null where the label is 0.
    """
    asked = _of_customers(past, candidates(past), some)
    if rate >= 1:
        return attach(asked, past.labels, KEYS)
    limit = int(rate * MODULUS)
    # There are many candidates and few positives: each is drawn for itself, and no candidate is looked up.
    drawn = attach(_draw(past, asked, lambda draw: draw < limit), past.labels, KEYS)
    positives = _of_customers(past, among_candidates(past, past.labels), some)
    return ibis.union(drawn, _draw(past, positives, lambda draw: draw >= limit).select(*drawn.columns))


def _of_customers(past: Past, pairs: ir.Table, some: SomeCustomers) -> ir.Table:
    if some.share >= 1:
        return pairs
    return pairs.semi_join(past.once(some, lambda: _chosen(past, some)), CUSTOMER_ID)


def _chosen(past: Past, some: SomeCustomers) -> ir.Table:
    drawn = _ranked(past.tables.customers, CUSTOMER_ID, "draw")
    # Mixed once more: the draw of the negatives begins with the same numbers and must not know of this one.
    chosen = drawn.filter(_mixed(drawn["draw"] + some.draw) < int(some.share * MODULUS))
    return chosen.select(CUSTOMER_ID)


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


def _draw(past: Past, pairs: ir.Table, wanted: Callable[[ir.IntegerValue], ir.BooleanValue]) -> ir.Table:
    """The pairs whose draw is wanted; it is uniform below MODULUS.

    It is (customer * product + shift) * scale, of well mixed numbers.
    """
    tables, origins = past.tables, past.origins
    numbers = {
        CUSTOMER_ID: lambda: _ranked(tables.customers, CUSTOMER_ID, "customer"),
        PRODUCT_ID: lambda: _ranked(tables.products, PRODUCT_ID, "product"),
        ORIGIN: lambda: origins.select(
            ORIGIN,
            shift=_mixed(origins.origin_day.cast("int64")),
            scale=_mixed(origins.origin_day.cast("int64") + MULTIPLIERS[0]) + 1,
        ),
    }
    columns = pairs.columns
    for key, number in numbers.items():
        pairs = meet(pairs, past.once(("draw", key), number), key)
    place = (pairs.customer * pairs["product"] + pairs["shift"]) % MODULUS
    return pairs.filter(wanted(place * pairs.scale % MODULUS)).select(*columns)


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
