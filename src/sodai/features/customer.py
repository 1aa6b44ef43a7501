"""Family ``customer``: how active the customer is, whatever the product."""

import functools
import operator

import ibis
import ibis.expr.types as ir

from sodai.features.catalogue import Block, Expression
from sodai.features.digits import digits
from sodai.features.past import Past, half_life
from sodai.features.rhythm import at_newest, decayed_weeks, hazard, recent_interval, weeks_within
from sodai.settings.columns import CUSTOMER_ID, ITEMS, ORIGIN
from sodai.settings.weeks import WEEK_DAYS

FAMILY = "customer"
REGULAR_WEEKS = 13
DIGIT_BITS = 4
ASSORTMENT_WEEKS = 8
CUSTOMER_KEYS = (ORIGIN, CUSTOMER_ID)


def order_days(past: Past) -> ir.Table:
    """Order days of the customers asked for, seen from each origin."""
    return past.aged(past.customer_days, [CUSTOMER_ID])


def assortment(past: Past) -> ir.Table:
    """Each product that a customer bought in the last weeks before an origin, once."""
    return past.lately.filter(past.lately.newest <= ASSORTMENT_WEEKS)


days = Block(FAMILY, order_days, CUSTOMER_KEYS)
weeks = Block(FAMILY, order_days, CUSTOMER_KEYS)
products = Block(FAMILY, assortment, CUSTOMER_KEYS)


@days.aggregate("days")
def customer_recency_days(t: ir.Table) -> ir.Value:
    """Days since the customer's last order."""
    return t.age_days.min()


@days.aggregate("order days", fill=0)
def customer_orders(t: ir.Table) -> ir.Value:
    """Order days that the customer ever had."""
    return t.count()


@days.aggregate("days")
def customer_tenure_days(t: ir.Table) -> ir.Value:
    """Days since the customer's first order."""
    return t.age_days.max()


@days.aggregate("days")
def customer_interval_mean_days(t: ir.Table) -> ir.Value:
    """Mean days between two order days."""
    return t.gap_days.mean()


@days.aggregate("days")
def customer_interval_sd_days(t: ir.Table) -> ir.Value:
    """Standard deviation of the days between two order days."""
    return t.gap_days.std(how="sample")


@days.aggregate("days")
def customer_interval_recent_days(t: ir.Table) -> ir.Value:
    """Mean interval between order days, with weights that halve every 4 weeks."""
    return recent_interval(t)


@days.aggregate("share")
def customer_hazard_next_week(t: ir.Table) -> ir.Value:
    """Of the past intervals between order days that lasted this long, the share that ended in seven more."""
    return hazard(t, 0.5)


@days.aggregate("items")
def customer_items_mean(t: ir.Table) -> ir.Value:
    """Mean items of an order day."""
    return t[ITEMS].mean()


@days.aggregate("products")
def customer_products_last(t: ir.Table) -> ir.Value:
    """Products of the last order day."""
    return at_newest(t, "products")


@days.aggregate("days")
def customer_interval_last_days(t: ir.Table) -> ir.Value:
    """Days between the customer's last two order days."""
    return at_newest(t, "gap_days")


@days.aggregate("share")
def customer_weekday_share(t: ir.Table) -> ir.Value:
    """Share of the order days of the last 13 weeks that fall on the customer's usual weekday."""
    counts = [_on_weekday(t, ibis.literal(d)) for d in range(WEEK_DAYS)]
    return ibis.greatest(*counts) / functools.reduce(operator.add, counts).nullif(0)


@days.aggregate("share")
def customer_visit_share(t: ir.Table) -> ir.Value:
    """Of the last 13 occurrences of the weekday of the last order, the share with an order."""
    return _on_weekday(t, t.age_days.min() % WEEK_DAYS) / REGULAR_WEEKS


def _on_weekday(t: ir.Table, days_before: ir.IntegerValue) -> ir.IntegerValue:
    """Order days of the last 13 weeks on the weekday so many days, 0 to 6, before the origin."""
    # At most 13 on each, which four bits hold.
    counts = digits(t.age_days % WEEK_DAYS * DIGIT_BITS, t.week <= REGULAR_WEEKS)
    return (counts >> (days_before * DIGIT_BITS).cast("int64")) & (2**DIGIT_BITS - 1)


@days.helper
def customer_items_lately(t: ir.Table) -> ir.Value:
    """Items, weighted by 0.5 every week back."""
    return (t[ITEMS] * half_life(t.age_days, WEEK_DAYS)).sum()


@days.helper
def customer_items_usual(t: ir.Table) -> ir.Value:
    """Items, weighted by 0.5 every 8 weeks back."""
    return (t[ITEMS] * half_life(t.age_days, 8 * WEEK_DAYS)).sum()


@days.ratio("ratio")
def customer_stock_ratio(t: ir.Table) -> ir.Value:
    """Items of the last days over the usual flow: high when the customer has just filled its shelves."""
    return t.customer_items_lately / t.customer_items_usual


@days.ratio("deviations")
def customer_overdue_deviations(t: ir.Table) -> ir.Value:
    """How far the middle of the next week lies past the mean interval, in its standard deviations."""
    return (t.customer_recency_days + 3 - t.customer_interval_mean_days) / (t.customer_interval_sd_days + 2)


@days.ratio("ratio")
def customer_overdue_recent_ratio(t: ir.Table) -> ir.Value:
    """Days since the last order over the recent mean interval."""
    return t.customer_recency_days / t.customer_interval_recent_days


@days.aggregate("order days", fill=0)
def customer_orders_13(t: ir.Table) -> ir.Value:
    """Order days in the last 13 weeks."""
    return (t.week <= 13).cast("float64").sum()


@days.ratio("ratio")
def customer_overdue_ratio(t: ir.Table) -> ir.Value:
    """Days since the last order over the mean interval."""
    return t.customer_recency_days / t.customer_interval_mean_days


def _products_in_week(week: int) -> Expression:
    return lambda t: t.week_products.sum(where=t.active_week == week)


def _decayed_exposure(half: int) -> Expression:
    return lambda t: (1 - half_life(t.active_week.max(), half)) / (1 - 0.5 ** (1 / half))


for _week in (1, 2):
    weeks.add(
        f"customer_products_week_{_week}",
        "products",
        f"Products bought in week {_week} before the origin.",
        _products_in_week(_week),
        fill=0,
    )
for _window in (4, 26):
    weeks.add(
        f"customer_active_weeks_{_window}",
        "weeks",
        f"Active weeks among the last {_window}.",
        weeks_within(_window),
        fill=0,
    )
for _half in (4, 16):
    weeks.add(
        f"customer_decayed_weeks_{_half}",
        "weeks",
        f"Active weeks, weighted by 0.5 every {_half} weeks back.",
        decayed_weeks(_half),
        fill=0,
    )
for _half in (2, 4, 8, 16):
    weeks.add(
        f"customer_decayed_exposure_{_half}",
        "weeks",
        f"Weeks since the customer's first purchase, weighted by 0.5 every {_half} weeks back.",
        _decayed_exposure(_half),
        fill=0,
    )


@weeks.aggregate("products")
def customer_basket_mean(t: ir.Table) -> ir.Value:
    """Mean products of an active week."""
    return t.week_products.mean()


@weeks.aggregate("products")
def customer_basket_recent(t: ir.Table) -> ir.Value:
    """Mean products of an active week, with weights that halve every 4 weeks."""
    weight = half_life(t.active_week, 4)
    return (t.week_products * weight).sum() / weight.sum()


@weeks.aggregate("products", fill=0)
def customer_novelties_8(t: ir.Table) -> ir.Value:
    """Products bought for the first time in the last 8 weeks."""
    return t.novelties.sum(where=t.active_week <= 8)


@weeks.aggregate("products", fill=0)
def customer_products(t: ir.Table) -> ir.Value:
    """Different products that the customer ever bought."""
    return t.novelties.sum()


@weeks.aggregate("share")
def customer_repeat_share(t: ir.Table) -> ir.Value:
    """Share of the customer's products that were bought in more than one week."""
    return t.repeats.sum() / t.novelties.sum()


@weeks.ratio("ratio")
def customer_trend(t: ir.Table) -> ir.Value:
    """Active weeks of the last 4 over those of the last 26, per week."""
    return (t.customer_active_weeks_4 / 4) / (t.customer_active_weeks_26.nullif(0) / 26)


@products.aggregate("products", fill=0)
def customer_products_8(t: ir.Table) -> ir.Value:
    """Different products bought in the last 8 weeks."""
    return t.count()


BLOCKS = (days, weeks, products)
