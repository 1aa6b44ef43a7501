"""Family ``product``: how the product sells, to all and to the customer's type, and where that is going."""

import ibis.expr.types as ir

from sodai.features.catalogue import Block, Expression
from sodai.features.classes import TYPE_ID
from sodai.features.joins import meet
from sodai.features.past import Past, half_life
from sodai.settings.columns import CUSTOMER_ID, ORIGIN, PRODUCT_ID

FAMILY = "product"
PRODUCT_KEYS = (ORIGIN, PRODUCT_ID)
TYPE_KEYS = (ORIGIN, TYPE_ID, PRODUCT_ID)
RECENT_WEEKS = 13


def active_customers(past: Past, *by: str) -> ir.Table:
    """Customers with a purchase per week and class: by, week_back, active."""
    rows = past.pair_weeks
    return rows.group_by(*by, "week_back").aggregate(active=rows[CUSTOMER_ID].nunique())


def _sales(past: Past, *by: str) -> ir.Table:
    rows = past.pair_weeks
    buyers = rows.group_by(*by, PRODUCT_ID, "week_back").aggregate(
        buyers=rows.count(), novices=rows["first"].sum(), items=rows.items.sum()
    )
    active = active_customers(past, *by)
    return past.before(meet(buyers, active, [*by, "week_back"]))


def sales(past: Past) -> ir.Table:
    """Weekly sales of a product: week, buyers, novices (first-time buyers), items, active customers."""
    return _sales(past)


def sales_in_type(past: Past) -> ir.Table:
    """Weekly sales of a product within a customer type."""
    return _sales(past, TYPE_ID)


def daily_sales(past: Past) -> ir.Table:
    """Daily sales of a product in the last weeks: age_days, buyers."""
    rows = past.before(past.product_days, RECENT_WEEKS)
    return rows.mutate(age_days=rows.origin_day - rows.day)


def market(past: Past) -> ir.Table:
    """Weekly size of the whole market: week, active, purchases."""
    rows = past.pair_weeks
    weekly = rows.group_by("week_back").aggregate(purchases=rows.count(), active=rows[CUSTOMER_ID].nunique())
    return past.before(weekly)


total = Block(FAMILY, sales, PRODUCT_KEYS, market=True)
daily = Block(FAMILY, daily_sales, PRODUCT_KEYS, market=True)
in_type = Block(FAMILY, sales_in_type, TYPE_KEYS, market=True)
whole = Block(FAMILY, market, (ORIGIN,), market=True)


def _buyers_in_week(week: int) -> Expression:
    return lambda t: t.buyers.sum(where=t.week == week)


def _mean_share(window: int) -> Expression:
    return lambda t: (t.buyers / t.active).sum(where=t.week <= window).fill_null(0.0) / window


def _novices_within(window: int) -> Expression:
    return lambda t: t.novices.sum(where=t.week <= window)


for _week in (1, 2, 3):
    total.add(
        f"product_buyers_week_{_week}",
        "customers",
        f"Customers who bought the product in week {_week} before the origin.",
        _buyers_in_week(_week),
        fill=0,
    )
for _window in (1, 4, 13):
    total.add(
        f"product_share_{_window}",
        "share",
        f"Mean weekly share of active customers who bought the product, over the last {_window} weeks.",
        _mean_share(_window),
        fill=0,
    )
for _window in (1, 4):
    total.add(
        f"product_novices_{_window}",
        "customers",
        f"Customers who bought the product for the first time in the last {_window} weeks.",
        _novices_within(_window),
        fill=0,
    )


@total.aggregate("weeks")
def product_age_weeks(t: ir.Table) -> ir.Value:
    """Weeks since the product was first sold."""
    return t.week.max()


@total.aggregate("weeks", fill=0)
def product_weeks_sold_8(t: ir.Table) -> ir.Value:
    """Weeks with sales among the last 8."""
    return (t.week <= 8).cast("int64").sum()


@total.aggregate("share", fill=0)
def product_share_decayed(t: ir.Table) -> ir.Value:
    """Share of active customers who bought it, with weights that halve every 4 weeks."""
    return ((t.buyers / t.active) * half_life(t.week - 1, 4)).sum()


@total.aggregate("items")
def product_items_mean(t: ir.Table) -> ir.Value:
    """Mean items of a customer's week with the product."""
    return t["items"].sum() / t.buyers.sum()


@total.ratio("ratio")
def product_trend(t: ir.Table) -> ir.Value:
    """Share of last week over the mean share of the last 4: above 1 it grows."""
    return t.product_share_1 / t.product_share_4.nullif(0)


@total.ratio("ratio")
def product_trend_long(t: ir.Table) -> ir.Value:
    """Mean share of the last 4 weeks over that of the last 13."""
    return t.product_share_4 / t.product_share_13.nullif(0)


@daily.aggregate("days")
def product_idle_days(t: ir.Table) -> ir.Value:
    """Days since anybody bought the product, in the last 13 weeks: a gap tells of a code that runs out."""
    return t.age_days.min()


@daily.aggregate("customers", fill=0)
def product_buyers_days_3(t: ir.Table) -> ir.Value:
    """Purchases in the last three days."""
    return t.buyers.sum(where=t.age_days <= 3)


@daily.helper
def product_now(t: ir.Table) -> ir.Value:
    """Buyers with weights that halve every two days."""
    return (t.buyers * half_life(t.age_days, 2)).sum()


@daily.helper
def product_lately(t: ir.Table) -> ir.Value:
    """Buyers with weights that halve every two weeks."""
    return (t.buyers * half_life(t.age_days, 14)).sum()


@daily.ratio("ratio", fill=0)
def product_momentum(t: ir.Table) -> ir.Value:
    """Buyers of the last days (half-life 2 days) over those of the last weeks (half-life 14 days)."""
    return t.product_now / t.product_lately


for _window in (1, 4, 13):
    in_type.add(
        f"product_type_share_{_window}",
        "share",
        f"Like product_share_{_window}, within the customer's type.",
        _mean_share(_window),
        fill=0,
    )


@in_type.aggregate("share", fill=0)
def product_type_novices_4(t: ir.Table) -> ir.Value:
    """First-time buyers of the last 4 weeks within the customer's type, per active customer and week."""
    return (t.novices / t.active).sum(where=t.week <= 4) / 4


@whole.aggregate("ratio")
def product_market_trend(t: ir.Table) -> ir.Value:
    """Purchases of the whole market last week over the weekly mean of the last 8."""
    return t.purchases.sum(where=t.week == 1).fill_null(0) / (
        t.purchases.sum(where=t.week <= 8).nullif(0) / 8
    )


@whole.aggregate("ratio")
def product_market_active_trend(t: ir.Table) -> ir.Value:
    """Active customers last week over the weekly mean of the last 8."""
    return t.active.sum(where=t.week == 1).fill_null(0) / (t.active.sum(where=t.week <= 8).nullif(0) / 8)


BLOCKS = (total, daily, in_type, whole)
