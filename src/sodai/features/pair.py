"""Family ``pair``: history and rhythm of one customer with one product, against its own interval."""

import ibis
import ibis.expr.types as ir

from sodai.features.catalogue import Across, Block
from sodai.features.past import Past, half_life
from sodai.features.rhythm import (
    at_newest,
    decayed_weeks,
    ended,
    hazard,
    in_week,
    lasted,
    recent_interval,
    weeks_within,
)
from sodai.settings.columns import KEYS, PAIR

FAMILY = "pair"
ORDER_HALF_LIFE = 4


def purchase_days(past: Past) -> ir.Table:
    """Purchase days of the pairs asked for, seen from each origin."""
    return past.aged(past.pair_days, PAIR)


days = Block(FAMILY, purchase_days, KEYS)
weeks = Block(FAMILY, purchase_days, KEYS)
across = Across(FAMILY)


@days.aggregate("purchases", fill=0)
def pair_purchases(t: ir.Table) -> ir.Value:
    """Days on which the customer bought the product."""
    return t.count()


@days.aggregate("days")
def pair_recency_days(t: ir.Table) -> ir.Value:
    """Days since the pair's last purchase."""
    return t.age_days.min()


@days.aggregate("days")
def pair_tenure_days(t: ir.Table) -> ir.Value:
    """Days since the pair's first purchase."""
    return t.age_days.max()


@days.aggregate("days")
def pair_interval_mean_days(t: ir.Table) -> ir.Value:
    """Mean days between two purchases of the pair."""
    return t.gap_days.mean()


@days.aggregate("days")
def pair_interval_sd_days(t: ir.Table) -> ir.Value:
    """Standard deviation of the days between two purchases."""
    return t.gap_days.std(how="sample")


@days.aggregate("days")
def pair_interval_last_days(t: ir.Table) -> ir.Value:
    """Days between the pair's last two purchases."""
    return at_newest(t, "gap_days")


@days.aggregate("days")
def pair_interval_max_days(t: ir.Table) -> ir.Value:
    """Longest interval between two purchases."""
    return t.gap_days.max()


@days.aggregate("days")
def pair_interval_recent_days(t: ir.Table) -> ir.Value:
    """Mean interval with weights that halve every 4 weeks."""
    return recent_interval(t)


@days.aggregate("share")
def pair_hazard_next_week(t: ir.Table) -> ir.Value:
    """Of the past intervals that lasted this long, the share that ended within seven more days (smoothed)."""
    return hazard(t, 0.3)


@days.aggregate("share")
def pair_hazard_recent(t: ir.Table) -> ir.Value:
    """Like pair_hazard_next_week, with weights that halve every 4 weeks."""
    over, all_of = ((which(t).cast("float64") * t.recent).sum().fill_null(0.0) for which in (ended, lasted))
    return (over + 0.1) / (all_of + 0.33)


@days.ratio("ratio")
def pair_overdue_ratio(t: ir.Table) -> ir.Value:
    """Days since the last purchase over the pair's mean interval: above 1 the customer is late."""
    return t.pair_recency_days / t.pair_interval_mean_days


@days.ratio("ratio")
def pair_overdue_recent_ratio(t: ir.Table) -> ir.Value:
    """Days since the last purchase over the recent mean interval."""
    return t.pair_recency_days / t.pair_interval_recent_days


@days.ratio("deviations")
def pair_overdue_deviations(t: ir.Table) -> ir.Value:
    """How far the middle of the next week lies past the mean interval, in its standard deviations."""
    return (t.pair_recency_days + 3 - t.pair_interval_mean_days) / (t.pair_interval_sd_days + 2)


@days.ratio("days")
def pair_days_until_due(t: ir.Table) -> ir.Value:
    """Mean interval minus the days since the last purchase: negative when overdue."""
    return t.pair_interval_mean_days - t.pair_recency_days


@days.ratio("ratio")
def pair_interval_variation(t: ir.Table) -> ir.Value:
    """Standard deviation over mean of the interval: 0 is a clock."""
    return t.pair_interval_sd_days / t.pair_interval_mean_days


@days.helper
def pair_last_order(t: ir.Table) -> ir.Value:
    """Number of the customer's order day at the pair's last purchase."""
    return t.order_number.max()


@days.helper
def pair_order_weight(t: ir.Table) -> ir.Value:
    """Purchases, each weighted by 2 every four order days: scaled down by the customer's count later."""
    return half_life(-t.order_number, ORDER_HALF_LIFE).sum()


@days.aggregate("order days")
def pair_interval_mean_orders(t: ir.Table) -> ir.Value:
    """Mean interval between two purchases, counted in the customer's order days."""
    return t.gap_orders.mean()


@across.ratio("order days")
def pair_orders_since(t: ir.Table) -> ir.Value:
    """Order days of the customer since the pair's last purchase (0 = it was in the last order)."""
    return t.customer_orders - t.pair_last_order


@across.ratio("ratio")
def pair_overdue_orders_ratio(t: ir.Table) -> ir.Value:
    """The customer's next order as an interval over the pair's mean interval, both in order days."""
    return (t.pair_orders_since + 1) / t.pair_interval_mean_orders


@across.ratio("order days", fill=0)
def pair_decayed_orders(t: ir.Table) -> ir.Value:
    """The customer's order days with the product, weighted by 0.5 every 4 order days back."""
    scaled = t.pair_order_weight * half_life(t.customer_orders, ORDER_HALF_LIFE)
    return scaled.fill_null(0.0)


for _week in (1, 2, 3, 4):
    weeks.add(
        f"pair_bought_week_{_week}",
        "flag",
        f"1 if the pair was bought in week {_week} before the origin.",
        in_week(_week),
        fill=0,
    )
for _window in (4, 8, 13, 26, 52):
    weeks.add(
        f"pair_weeks_bought_{_window}",
        "weeks",
        f"Weeks with a purchase among the last {_window}.",
        weeks_within(_window),
        fill=0,
    )
for _half in (2, 4, 8, 16):
    weeks.add(
        f"pair_decayed_weeks_{_half}",
        "weeks",
        f"Weeks with a purchase, weighted by 0.5 every {_half} weeks back.",
        decayed_weeks(_half),
        fill=0,
    )


def _frequency(name: str, window: int) -> None:
    def frequency(t: ir.Table) -> ir.Value:
        lived = ibis.least(t.pair_tenure_weeks, ibis.literal(window))
        return t[f"pair_weeks_bought_{window}"] / lived

    frequency.__name__ = name
    frequency.__doc__ = f"Share of weeks with a purchase since the pair's first, over at most {window} weeks."
    weeks.ratio("share")(frequency)


@weeks.helper
def pair_tenure_weeks(t: ir.Table) -> ir.Value:
    """Weeks since the pair's first purchase."""
    return t.active_week.max()


_frequency("pair_frequency_13", 13)
_frequency("pair_frequency_52", 52)


@weeks.ratio("ratio")
def pair_acceleration(t: ir.Table) -> ir.Value:
    """Recent over long-run frequency: decayed weeks, half-life 2 over 16, scaled to 1 when steady."""
    return (t.pair_decayed_weeks_2 / t.pair_decayed_weeks_16) * (1 - 0.5 ** (1 / 2)) / (1 - 0.5 ** (1 / 16))


BLOCKS = (days, weeks, across)
