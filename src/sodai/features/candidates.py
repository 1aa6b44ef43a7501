"""Which pairs are worth a score: all of them for a small catalogue, generated ones for a large one.

The population is the same in both: customers and products with a purchase before the origin. Generated pairs
come from four sources: what the customer bought before (repeat), codes of families it buys (family), what
holders of its products bought lately (neighbour), and what its type buys most (trend).
"""

import ibis
import ibis.expr.types as ir

from sodai.features.classes import FAMILY_ID, TYPE_ID
from sodai.features.joins import meet
from sodai.features.neighbours import OWNED, affinity
from sodai.features.past import Past
from sodai.settings.columns import CUSTOMER_ID, KEYS, ORIGIN, PRODUCT_ID

FAMILY_WEEKS = 26
TREND_WEEKS = 4


def candidates(past: Past) -> ir.Table:
    """The candidate pairs of every origin: origin, customer_id, product_id."""
    limit = past.settings.features.candidates.all_pairs_up_to
    sold = past.pair_weeks.filter(past.pair_weeks.week_back >= 0)[PRODUCT_ID].nunique().execute()
    return all_pairs(past) if sold <= limit else generated(past)


def all_pairs(past: Past) -> ir.Table:
    """Every customer with a past purchase crossed with every product with one, at each origin."""
    customers = _known(past, CUSTOMER_ID)
    products = _known(past, PRODUCT_ID)
    return meet(customers, products, ORIGIN).select(*KEYS)


def _known(past: Past, column: str) -> ir.Table:
    oldest = past.pair_weeks.group_by(column).aggregate(week_back=past.pair_weeks.week_back.max())
    return past.tables.keep(past.before(oldest).select(ORIGIN, column))


def generated(past: Past) -> ir.Table:
    """The union of the four sources."""
    pairs = ibis.union(repeat(past), family(past), neighbour(past), trend(past), distinct=True)
    return past.tables.keep(pairs)


def repeat(past: Past) -> ir.Table:
    """Pairs bought within ``repeat_weeks`` before the origin."""
    weeks = past.settings.features.candidates.repeat_weeks
    return past.before(past.pair_weeks, weeks).select(*KEYS).distinct()


def family(past: Past) -> ir.Table:
    """Codes of the families that the customer bought lately, the best sold first."""
    limit = past.settings.features.candidates.family_per_customer
    habits = past.before(past.pair_weeks, FAMILY_WEEKS).select(ORIGIN, CUSTOMER_ID, FAMILY_ID).distinct()
    codes = _sold(past, FAMILY_ID)
    pairs = meet(habits, codes, [ORIGIN, FAMILY_ID])
    return _best(pairs.select(*KEYS, "buyers"), "buyers", limit)


def neighbour(past: Past) -> ir.Table:
    """What holders of the customer's products bought in the last weeks, the most likely first."""
    limit = past.settings.features.candidates.neighbour_per_customer
    basket = past.profile.rename({OWNED: PRODUCT_ID})
    spoken = meet(basket, affinity(past), [ORIGIN, OWNED])
    score = spoken.group_by(*KEYS).aggregate(score=spoken.recent.sum())
    return _best(score, "score", limit)


def trend(past: Past) -> ir.Table:
    """What the customer's type buys most."""
    limit = past.settings.features.candidates.trend_per_customer
    sold = _best(_sold(past, TYPE_ID), "buyers", limit, by=(ORIGIN, TYPE_ID))
    types = past.customer_classes
    customers = meet(_known(past, CUSTOMER_ID), types, CUSTOMER_ID)
    return meet(customers, sold, [ORIGIN, TYPE_ID]).select(*KEYS)


def _sold(past: Past, by: str) -> ir.Table:
    rows = past.before(past.pair_weeks, TREND_WEEKS)
    return rows.group_by(ORIGIN, by, PRODUCT_ID).aggregate(buyers=rows.count())


def _best(pairs: ir.Table, score: str, limit: int, by: tuple[str, ...] = (ORIGIN, CUSTOMER_ID)) -> ir.Table:
    order = ibis.window(group_by=by, order_by=(ibis.desc(score), PRODUCT_ID))
    ranked = pairs.mutate(position=ibis.row_number().over(order))
    return ranked.filter(ranked.position < limit).drop("position", score)
