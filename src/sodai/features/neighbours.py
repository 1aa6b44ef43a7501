"""Family ``neighbours``: what customers nearby, and customers with the same basket, bought lately.

Place: the customers nearest by the coordinates that settings name, found within tiles of equal population.
Taste: the share of those who hold product j that bought product p last week, over all j in the customer's
basket (item-to-item conditional probability, Deshpande and Karypis 2004).
"""

import ibis
import ibis.expr.types as ir

from sodai.features.bounds import best, best_sold
from sodai.features.catalogue import Across, Block
from sodai.features.joins import attach, meet
from sodai.features.past import RECENT_WEEKS, Past
from sodai.features.place import NEIGHBOUR
from sodai.settings.columns import CUSTOMER_ID, KEYS, ORIGIN, PRODUCT_ID

FAMILY = "neighbours"
SMOOTHING = 5
SMALLEST_SHARE = 0.005
VOICES = ("last", "recent", "novice", "together")
HIGH = 2.0**26
OWNED = "owned_id"


def recent(past: Past) -> ir.Table:
    """The pairs that were bought in the last 4 weeks, of those bought lately."""
    return past.lately.filter(past.lately.weeks > 0)


def bought_nearby(past: Past) -> ir.Table:
    """Recent purchases of each customer's neighbours: a row for each neighbour who bought the product."""
    bought = meet(recent(past).rename({NEIGHBOUR: CUSTOMER_ID}), past.near, NEIGHBOUR)
    return past.only_keys(bought)


def active_nearby(past: Past) -> ir.Table:
    """Neighbours with any purchase, by week."""
    rows = past.pair_weeks.select(CUSTOMER_ID, "week_back").distinct()
    active = past.before(rows, RECENT_WEEKS).rename({NEIGHBOUR: CUSTOMER_ID})
    return meet(active, past.near, NEIGHBOUR).select(ORIGIN, CUSTOMER_ID, "week")


def basket(past: Past) -> ir.Table:
    """origin, customer_id, owned_id: what each customer bought in the 13 weeks before an origin.

    Of a large catalogue only the best sold products count, and of these the customer's most frequent ones.
    """
    return past.once("basket", lambda: _basket(past))


def _basket(past: Past) -> ir.Table:
    held = past.lately
    if past.is_large:
        limit = past.settings.features.candidates.basket_products
        held = held.mutate(age=-held.newest)
        held = best(held.semi_join(best_held(past, held), [ORIGIN, PRODUCT_ID]), ("weeks_13", "age"), limit)
    return held.select(ORIGIN, CUSTOMER_ID, held[PRODUCT_ID].name(OWNED))


def best_held(past: Past, held: ir.Table) -> ir.Table:
    """origin, product_id: the products that most customers bought in the 13 weeks before an origin."""
    return past.once("best_held", lambda: best_sold(past, held))


def affinity(past: Past) -> ir.Table:
    """origin, owned_id, product_id: what owners do with the product.

    Shares of owners who bought it last week (``last``), in the last weeks (``recent``), or took it up
    (``novice``); ``together`` is the share that holds it too, over the share of all customers that do.

    Of a large catalogue, each owned product keeps the products that most of its owners bought.
    """
    return past.once("affinity", lambda: _affinity(past))


def _affinity(past: Past) -> ir.Table:
    held, bought = basket(past), _bought(past)
    owners = held.group_by(ORIGIN, OWNED).aggregate(owners=held.count())
    bought = bought.select(
        *KEYS, sold=_packed(bought["last"], bought.recent), taken=_packed(bought.novel_2, bought.held)
    )
    pairs = meet(held, bought, [ORIGIN, CUSTOMER_ID]).filter(lambda t: t[OWNED] != t[PRODUCT_ID])
    packed = pairs.group_by(ORIGIN, OWNED, PRODUCT_ID).aggregate(
        sold=pairs.sold.sum(), taken=pairs.taken.sum()
    )
    counts = dict(zip(VOICES, (*_unpacked(packed.sold), *_unpacked(packed.taken)), strict=True))
    counted = packed.select(ORIGIN, OWNED, PRODUCT_ID, **counts)
    if past.is_large:
        limit = past.settings.features.candidates.affinity_per_product
        counted = best(counted, "recent", limit, by=(ORIGIN, OWNED))
    counted = meet(counted, owners, [ORIGIN, OWNED])
    shrunk = counted.owners + SMOOTHING
    shares = {name: counted[name] / shrunk for name in VOICES}
    spoken = counted.select(ORIGIN, OWNED, PRODUCT_ID, **shares)
    everyone = held.group_by(ORIGIN).aggregate(everyone=held[CUSTOMER_ID].nunique())
    holders = attach(owners, everyone, ORIGIN)
    usual = holders.select(ORIGIN, holders[OWNED].name(PRODUCT_ID), usual=holders.owners / holders.everyone)
    spoken = attach(spoken, usual, [ORIGIN, PRODUCT_ID])
    lift = spoken.together / (spoken.usual.fill_null(0.0) + SMALLEST_SHARE)
    return spoken.mutate(together=lift).drop("usual")


def _bought(past: Past) -> ir.Table:
    """What affinity counts: pairs with 0/1 of last, recent and novel_2, and of held (in a basket)."""
    rows = past.lately
    if not past.is_large:
        return rows.mutate(recent=(rows.weeks > 0).cast("int64"), held=ibis.literal(1, "int64"))
    none, held = ibis.literal(0, "int64"), basket(past)
    rows = recent(past).select(*KEYS, "last", "novel_2", recent=none + 1, held=none)
    rows = rows.semi_join(best_sold(past, rows), [ORIGIN, PRODUCT_ID])
    also = held.select(
        ORIGIN, CUSTOMER_ID, held[OWNED].name(PRODUCT_ID), last=none, novel_2=none, recent=none, held=none + 1
    )
    both = ibis.union(rows.cast(also.schema()), also)
    return both.group_by(KEYS).aggregate(
        **{name: both[name].max() for name in ("last", "novel_2", "recent", "held")}
    )


def _packed(low: ir.IntegerValue, high: ir.IntegerValue) -> ir.FloatingValue:
    """Two counts to be summed in one number: there are many rows, and every sum over them takes its time."""
    return low.cast("float64") + high.cast("float64") * HIGH


def _unpacked(both: ir.FloatingValue) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """The two sums; exact while each is below 2**26."""
    high = (both / HIGH).floor().cast("float64")
    return both - high * HIGH, high


def tasted(past: Past) -> ir.Table:
    """For each pair asked for, a row per product in the customer's basket; null where it says nothing."""
    asked = meet(basket(past), past.keys.select(*KEYS), [ORIGIN, CUSTOMER_ID])
    asked = asked.select(*KEYS, OWNED).filter(lambda t: t[OWNED] != t[PRODUCT_ID])
    return attach(asked, affinity(past), [ORIGIN, OWNED, PRODUCT_ID])


place = Block(FAMILY, bought_nearby, KEYS, market=True)
crowd = Block(FAMILY, active_nearby, (ORIGIN, CUSTOMER_ID), market=True)
taste = Block(FAMILY, tasted, KEYS)
across = Across(FAMILY)


@place.helper
def neighbours_place_buyers_1(t: ir.Table) -> ir.Value:
    """Nearest customers who bought the product last week."""
    return t["last"].sum()


@place.helper
def neighbours_place_buyers_4(t: ir.Table) -> ir.Value:
    """Purchases of the product by the nearest customers in the last 4 weeks (one a customer and week)."""
    return t.weeks.sum()


@place.aggregate("neighbours", fill=0)
def neighbours_place_novices_4(t: ir.Table) -> ir.Value:
    """Nearest customers who bought the product for the first time in the last 4 weeks."""
    return t.novel.sum()


@crowd.helper
def neighbours_place_active_1(t: ir.Table) -> ir.Value:
    """Nearest customers who bought anything last week."""
    return (t.week == 1).cast("int64").sum()


@crowd.helper
def neighbours_place_active_4(t: ir.Table) -> ir.Value:
    """Active weeks of the nearest customers in the last 4 weeks."""
    return t.count()


@across.ratio("share")
def neighbours_place_week_1(t: ir.Table) -> ir.Value:
    """Share of the nearest active customers who bought the product last week."""
    return t.neighbours_place_buyers_1.fill_null(0) / t.neighbours_place_active_1.nullif(0)


@across.ratio("ratio")
def neighbours_place_activity(t: ir.Table) -> ir.Value:
    """Active neighbours last week over their weekly mean of the last 4: low when the route was skipped."""
    return t.neighbours_place_active_1 / (t.neighbours_place_active_4.nullif(0) / 4)


@across.ratio("share")
def neighbours_place_weeks_4(t: ir.Table) -> ir.Value:
    """Share of the nearest customers' active weeks of the last 4 in which they bought the product."""
    return t.neighbours_place_buyers_4.fill_null(0) / t.neighbours_place_active_4.nullif(0)


def _mean(voice: ir.FloatingColumn, t: ir.Table) -> ir.Value:
    return voice.sum().fill_null(0.0) / t.count()


def _loudest(voice: ir.FloatingColumn) -> ir.Value:
    return voice.max().fill_null(0.0)


@taste.aggregate("share")
def neighbours_taste_week_1(t: ir.Table) -> ir.Value:
    """Mean share of holders of the customer's products who bought the product last week."""
    return _mean(t["last"], t)


@taste.aggregate("share")
def neighbours_taste_week_1_max(t: ir.Table) -> ir.Value:
    """Like neighbours_taste_week_1, of the one product of the basket that speaks loudest."""
    return _loudest(t["last"])


@taste.aggregate("share")
def neighbours_taste_weeks_4(t: ir.Table) -> ir.Value:
    """Mean share of holders of the customer's products who bought the product in the last 4 weeks."""
    return _mean(t.recent, t)


@taste.aggregate("share")
def neighbours_taste_weeks_4_max(t: ir.Table) -> ir.Value:
    """Like neighbours_taste_weeks_4, of the one product that speaks loudest."""
    return _loudest(t.recent)


@taste.aggregate("share")
def neighbours_taste_novices(t: ir.Table) -> ir.Value:
    """Mean share of holders of the customer's products who took the product up in the last 2 weeks."""
    return _mean(t.novice, t)


@taste.aggregate("share")
def neighbours_taste_novices_max(t: ir.Table) -> ir.Value:
    """Like neighbours_taste_novices, of the one product that speaks loudest."""
    return _loudest(t.novice)


@taste.aggregate("ratio")
def neighbours_taste_together(t: ir.Table) -> ir.Value:
    """Mean lift: share of holders of the customer's products who hold the product too, over everybody's."""
    return _mean(t.together, t)


BLOCKS = (place, crowd, taste, across)
