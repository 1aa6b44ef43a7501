"""Labels, and a uniform sample of the negatives with inverse weights.

The draw is arithmetic on the ranks of the ids and the origin's day, so that every engine draws the same
pairs, and the same pair and origin are always drawn or always not, whatever else is in the panel.
"""

import ibis
import ibis.expr.types as ir

from sodai.features.joins import attach, meet
from sodai.features.past import Past
from sodai.settings.columns import CUSTOMER_ID, KEYS, LABEL, ORIGIN, PRODUCT_ID, TARGET_ITEMS, WEIGHT

MODULUS = 2_147_483_647
MULTIPLIERS = (48_271, 69_621, 16_807, 39_373)


def labels(past: Past) -> ir.Table:
    """Pairs with a label of 1: origin, customer_id, product_id, target_items."""
    target = past.target(past.settings.horizon_days)
    if past.settings.label == "net":
        target = target.filter(target.target_items > 0)
    return target.drop("target_lines")


def sampled(past: Past, pairs: ir.Table, rate: float) -> ir.Table:
    """The positive pairs and a share ``rate`` of the others."""
    if rate >= 1:
        return pairs
    positives = labels(past)
    marked = attach(pairs, positives, KEYS)
    drawn = _with_draw(past, marked)
    return drawn.filter(drawn[TARGET_ITEMS].notnull() | (drawn.draw < int(rate * MODULUS))).select(*KEYS)


def labelled(past: Past, table: ir.Table, rate: float) -> ir.Table:
    """Adds label (0/1), target_items (0 where none) and weight (1, or 1 / rate for sampled negatives)."""
    joined = attach(table, labels(past), KEYS)
    positive = joined[TARGET_ITEMS].notnull()
    return joined.mutate(
        **{
            LABEL: positive.cast("int8"),
            TARGET_ITEMS: joined[TARGET_ITEMS].fill_null(0.0).cast("float64"),
            WEIGHT: ibis.ifelse(positive, 1.0, 1.0 / rate).cast("float64"),
        }
    )


def _with_draw(past: Past, pairs: ir.Table) -> ir.Table:
    customers = _ranked(past.tables.customers, CUSTOMER_ID)
    products = _ranked(past.tables.products, PRODUCT_ID)
    origins = past.origins.select(ORIGIN, "origin_day")
    for right, key in ((customers, CUSTOMER_ID), (products, PRODUCT_ID), (origins, ORIGIN)):
        pairs = meet(pairs, right, key)
    mixed = pairs.customer_id_rank * MULTIPLIERS[0] + pairs.product_id_rank * MULTIPLIERS[1]
    mixed = (mixed + pairs.origin_day * MULTIPLIERS[2]) % MODULUS
    for multiplier in MULTIPLIERS:
        mixed = (mixed * multiplier + 12_345) % MODULUS
        mixed = (mixed * mixed + multiplier) % MODULUS
    return pairs.mutate(draw=mixed)


def _ranked(table: ir.Table, key: str) -> ir.Table:
    rank = ibis.row_number().over(ibis.window(order_by=key))
    return table.select(key, **{f"{key}_rank": rank.cast("int64") + 1})
