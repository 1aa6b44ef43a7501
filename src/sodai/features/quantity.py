"""Family ``quantity``: how much the customer takes, and how long the last purchase should last."""

import ibis
import ibis.expr.types as ir

from sodai.features.catalogue import Block, Expression
from sodai.features.pair import purchase_days
from sodai.features.past import Past, half_life
from sodai.features.rhythm import at_newest
from sodai.settings.columns import ITEMS, KEYS, PAIR
from sodai.settings.weeks import WEEK_DAYS

FAMILY = "quantity"


def returned(past: Past) -> ir.Table:
    """Returns of the pairs asked for, with age_days."""
    rows = past.of(past.returns, PAIR)
    return rows.mutate(age_days=rows.origin_day - rows.day)


days = Block(FAMILY, purchase_days, KEYS)
returns = Block(FAMILY, returned, KEYS)


@days.aggregate("items")
def quantity_last(t: ir.Table) -> ir.Value:
    """Items of the pair's last purchase."""
    return at_newest(t, ITEMS)


@days.aggregate("items")
def quantity_mean(t: ir.Table) -> ir.Value:
    """Mean items of a purchase."""
    return t[ITEMS].mean()


@days.aggregate("items")
def quantity_max(t: ir.Table) -> ir.Value:
    """Largest purchase."""
    return t[ITEMS].max()


@days.aggregate("items", fill=0)
def quantity_total(t: ir.Table) -> ir.Value:
    """All items that the pair ever bought."""
    return t[ITEMS].sum()


@days.helper
def quantity_before_last(t: ir.Table) -> ir.Value:
    """All items but those of the last purchase."""
    return t[ITEMS].sum() - at_newest(t, ITEMS)


@days.helper
def quantity_span_days(t: ir.Table) -> ir.Value:
    """Days from the first purchase to the last."""
    return t.age_days.max() - t.age_days.min()


@days.helper
def quantity_age_last_days(t: ir.Table) -> ir.Value:
    """Days since the last purchase, as the clock of the cover."""
    return t.age_days.min()


def _decayed_items(half: int) -> Expression:
    return lambda t: (t[ITEMS] * half_life(t.age_days / WEEK_DAYS, half)).sum()


for _half in (2, 4, 12):
    days.add(
        f"quantity_decayed_{_half}",
        "items",
        f"Items bought, weighted by 0.5 every {_half} weeks back.",
        _decayed_items(_half),
        fill=0,
    )


@days.ratio("items a week")
def quantity_rate_week(t: ir.Table) -> ir.Value:
    """Items used a week: what was bought before the last purchase over the time it lasted."""
    return t.quantity_before_last / t.quantity_span_days.nullif(0) * WEEK_DAYS


@days.ratio("days")
def quantity_cover_days(t: ir.Table) -> ir.Value:
    """Days that the last purchase lasts at the pair's usual rate, at most a year."""
    cover = t.quantity_last / t.quantity_rate_week.nullif(0) * WEEK_DAYS
    return ibis.ifelse(cover > 365, 365.0, cover)


@days.ratio("days")
def quantity_cover_days_left(t: ir.Table) -> ir.Value:
    """Days of cover that remain; negative when the last purchase should be used up."""
    return t.quantity_cover_days - t.quantity_age_last_days


@days.ratio("ratio")
def quantity_last_ratio(t: ir.Table) -> ir.Value:
    """Last purchase over the mean purchase: above 1 the customer stocked up."""
    return t.quantity_last / t.quantity_mean


@days.ratio("ratio")
def quantity_stock_ratio(t: ir.Table) -> ir.Value:
    """Decayed items (half-life 2 weeks) over the usual weekly use: how full the shelf is."""
    return t.quantity_decayed_2 / t.quantity_rate_week.nullif(0)


@returns.aggregate("returns", fill=0)
def quantity_returns(t: ir.Table) -> ir.Value:
    """Times that the pair returned items."""
    return t.count()


BLOCKS = (days, returns)
