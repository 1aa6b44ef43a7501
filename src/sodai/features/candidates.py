"""Which pairs are worth a score: all of them for a small catalogue, generated ones for a large one.

The population is the same in both: customers and products with a purchase before the origin. Generated pairs
come from four sources: what the customer bought before (repeat), codes of families it buys (family), what
holders of its products bought lately (neighbour), and what its type buys most (trend). The last three name
only pairs that the first does not.
"""

import ibis
import ibis.expr.types as ir

from sodai.features.bounds import best
from sodai.features.classes import FAMILY_ID, TYPE_ID
from sodai.features.joins import meet
from sodai.features.neighbours import OWNED, affinity, basket
from sodai.features.past import Past, half_life
from sodai.settings.columns import CUSTOMER_ID, KEYS, ORIGIN, PRODUCT_ID

FAMILY_WEEKS = 26
TREND_WEEKS = 4
HABIT_HALF_LIFE = 16
# Lists are this many times longer than needed, because what a customer bought before is taken out of them.
SPARE = 3


def candidates(past: Past) -> ir.Table:
    """The candidate pairs of every origin: origin, customer_id, product_id."""
    return generated(past) if past.is_large else all_pairs(past)


def among_candidates(past: Past, pairs: ir.Table) -> ir.Table:
    """Those of ``pairs``, which are distinct, that are candidates."""
    if past.is_large:
        return meet(generated(past), pairs, KEYS)
    known = pairs.semi_join(_known(past, CUSTOMER_ID), [ORIGIN, CUSTOMER_ID])
    return known.semi_join(_known(past, PRODUCT_ID), [ORIGIN, PRODUCT_ID])


def all_pairs(past: Past) -> ir.Table:
    """Every customer with a past purchase crossed with every product with one, at each origin."""
    customers = _known(past, CUSTOMER_ID)
    products = _known(past, PRODUCT_ID)
    return meet(customers, products, ORIGIN).select(*KEYS)


def _known(past: Past, column: str) -> ir.Table:
    return past.once(("known", column), lambda: _known_by(past, column))


def _known_by(past: Past, column: str) -> ir.Table:
    oldest = past.pair_weeks.group_by(column).aggregate(week_back=past.pair_weeks.week_back.max())
    return past.before(oldest).select(ORIGIN, column)


def generated(past: Past) -> ir.Table:
    """The union of the four sources."""
    sources = repeat, family, neighbour, trend
    return past.once("generated", lambda: ibis.union(*(pairs(past) for pairs in sources), distinct=True))


def repeat(past: Past) -> ir.Table:
    """Pairs bought within ``repeat_weeks`` before the origin, those bought often and lately first."""
    return past.once("repeat", lambda: _repeat(past))


def _repeat(past: Past) -> ir.Table:
    limits = past.settings.features.candidates
    rows = past.before(past.pair_weeks, limits.repeat_weeks)
    pairs = rows.group_by(KEYS).aggregate(habit=half_life(rows.week, HABIT_HALF_LIFE).sum())
    return best(pairs, "habit", limits.repeat_per_customer).select(*KEYS)


def family(past: Past) -> ir.Table:
    """Codes of the families that the customer bought lately, the best sold first."""
    limits = past.settings.features.candidates
    limit = limits.family_per_customer
    habits = past.before(past.pair_weeks, FAMILY_WEEKS).select(ORIGIN, CUSTOMER_ID, FAMILY_ID).distinct()
    codes = best(_sold(past, FAMILY_ID), "buyers", limits.best_sellers, by=(ORIGIN,))
    codes = best(codes, "buyers", limit, by=(ORIGIN, FAMILY_ID))
    pairs = meet(habits, codes, [ORIGIN, FAMILY_ID])
    return _new(past, pairs, "buyers", limit)


def neighbour(past: Past) -> ir.Table:
    """What holders of the customer's products bought in the last weeks, the most likely first."""
    limit = past.settings.features.candidates.neighbour_per_customer
    spoken = meet(basket(past), affinity(past), [ORIGIN, OWNED])
    pairs = spoken.group_by(*KEYS).aggregate(score=spoken.recent.sum())
    return _new(past, pairs, "score", limit)


def trend(past: Past) -> ir.Table:
    """What the customer's type buys most."""
    limit = past.settings.features.candidates.trend_per_customer
    customers = meet(_known(past, CUSTOMER_ID), past.customer_classes, CUSTOMER_ID)
    sold = best(_sold(past, TYPE_ID), "buyers", SPARE * limit, by=(ORIGIN, TYPE_ID))
    return _new(past, meet(customers, sold, [ORIGIN, TYPE_ID]), "buyers", limit)


def _sold(past: Past, by: str) -> ir.Table:
    rows = past.before(past.pair_weeks, TREND_WEEKS)
    return rows.group_by(ORIGIN, by, PRODUCT_ID).aggregate(buyers=rows.count())


def _new(past: Past, pairs: ir.Table, score: str, limit: int) -> ir.Table:
    """The best pairs of each customer that are not repeats."""
    return best(pairs.anti_join(repeat(past), KEYS), score, limit).select(*KEYS)
