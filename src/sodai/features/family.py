"""Family ``family``: what a code stands for. Codes of a family replace one another: habits outlive codes."""

import ibis
import ibis.expr.types as ir

from sodai.features.catalogue import Across, Block, Expression
from sodai.features.classes import BRAND_ID, FAMILY_ID, GROUP_ID
from sodai.features.joins import meet
from sodai.features.past import Past, half_life, in_sequence
from sodai.features.rhythm import decayed_weeks, hazard, recent_interval, weeks_within
from sodai.settings.columns import CUSTOMER_ID, ORIGIN, PRODUCT_ID

FAMILY = "family"
RECENT_WEEKS = 13
HABIT_KEYS = (ORIGIN, CUSTOMER_ID, FAMILY_ID)
CODE_KEYS = (ORIGIN, PRODUCT_ID)


def habit_days(past: Past) -> ir.Table:
    """Days on which a customer bought any code of a family, seen from each origin."""
    classes = past.product_classes.select(PRODUCT_ID, FAMILY_ID)
    days = meet(past.pair_days, classes, PRODUCT_ID)
    habit = (CUSTOMER_ID, FAMILY_ID)
    days = days.select(*habit, "day", "week_back").distinct()
    weeks = past.pair_weeks.select(*habit, "week_back").distinct()
    return past.aged(past.tables.keep(in_sequence(days, weeks, habit)), habit)


def group_weeks(past: Past) -> ir.Table:
    """Weeks in which a customer bought any product of a group."""
    return _class_weeks(past, GROUP_ID)


def brand_weeks(past: Past) -> ir.Table:
    """Weeks in which a customer bought any product of a brand."""
    return _class_weeks(past, BRAND_ID)


def _class_weeks(past: Past, column: str) -> ir.Table:
    rows = past.pair_weeks
    weeks = rows.group_by(CUSTOMER_ID, column, "week_back").aggregate(codes=rows.count())
    return past.of(past.tables.keep(weeks), (CUSTOMER_ID, column))


def code_weeks(past: Past) -> ir.Table:
    """Weekly buyers of a code beside those of its family (a customer counts once a code)."""
    rows = past.pair_weeks
    codes = rows.group_by(FAMILY_ID, PRODUCT_ID, "week_back").aggregate(buyers=rows.count())
    family = rows.group_by(FAMILY_ID, "week_back").aggregate(family_buyers=rows.count())
    return past.before(meet(codes, family, [FAMILY_ID, "week_back"]))


def code_days(past: Past) -> ir.Table:
    """A code's sales of the last days beside the family's: now (half-life 2 days), idle_days of both."""
    rows = past.before(past.product_days, RECENT_WEEKS)
    rows = rows.mutate(age_days=rows.origin_day - rows.day)
    codes = rows.group_by(CODE_KEYS).aggregate(
        now=(rows.buyers * half_life(rows.age_days, 2)).sum(), idle_days=rows.age_days.min()
    )
    codes = meet(codes, past.product_classes.select(PRODUCT_ID, FAMILY_ID), PRODUCT_ID)
    family = ibis.window(group_by=(ORIGIN, FAMILY_ID))
    return codes.mutate(
        family_now=codes.now.sum().over(family), family_idle_days=codes.idle_days.min().over(family)
    )


def code_totals(past: Past) -> ir.Table:
    """A code's buyers in the last 1, 4 and 13 weeks beside the family's, also of codes that sell no more."""
    codes = code_weeks(past)
    windows = {f"buyers_{n}": codes.buyers.sum(where=codes.week <= n).fill_null(0) for n in (1, 4, 13)}
    per_code = codes.group_by(ORIGIN, FAMILY_ID, PRODUCT_ID).aggregate(
        **windows, age=codes.week.max(), idle=codes.week.min()
    )
    family = ibis.window(group_by=(ORIGIN, FAMILY_ID))
    return per_code.mutate(
        **{f"family_{n}": per_code[f"buyers_{n}"].sum().over(family) for n in (1, 4, 13)},
        codes_4=(per_code.buyers_4 > 0).cast("int64").sum().over(family),
        youngest=per_code.age.min().over(family),
        top_1=per_code.buyers_1.max().over(family),
    )


days = Block(FAMILY, habit_days, HABIT_KEYS)
weeks = Block(FAMILY, habit_days, HABIT_KEYS)
codes = Block(FAMILY, code_totals, CODE_KEYS, market=True)
latest = Block(FAMILY, code_days, CODE_KEYS, market=True)
groups = Block(FAMILY, group_weeks, (ORIGIN, CUSTOMER_ID, GROUP_ID))
brands = Block(FAMILY, brand_weeks, (ORIGIN, CUSTOMER_ID, BRAND_ID))
across = Across(FAMILY)


@days.aggregate("days")
def family_recency_days(t: ir.Table) -> ir.Value:
    """Days since the customer last bought any code of the family."""
    return t.age_days.min()


@days.aggregate("days")
def family_interval_mean_days(t: ir.Table) -> ir.Value:
    """Mean days between two purchases of the family."""
    return t.gap_days.mean()


@days.aggregate("days")
def family_interval_recent_days(t: ir.Table) -> ir.Value:
    """Mean interval of the family, with weights that halve every 4 weeks."""
    return recent_interval(t)


@days.aggregate("share")
def family_hazard_next_week(t: ir.Table) -> ir.Value:
    """Of the family's past intervals that lasted this long, the share that ended within seven more days."""
    return hazard(t, 0.3)


@days.ratio("ratio")
def family_overdue_ratio(t: ir.Table) -> ir.Value:
    """Days since the family was bought over its mean interval."""
    return t.family_recency_days / t.family_interval_mean_days


for _window in (4, 13):
    weeks.add(
        f"family_weeks_bought_{_window}",
        "weeks",
        f"Weeks with a purchase of the family among the last {_window}.",
        weeks_within(_window),
        fill=0,
    )
for _half in (2, 8):
    weeks.add(
        f"family_decayed_weeks_{_half}",
        "weeks",
        f"Weeks with a purchase of the family, weighted by 0.5 every {_half} weeks back.",
        decayed_weeks(_half),
        fill=0,
    )


def _code_share(window: int) -> Expression:
    return lambda t: (t[f"buyers_{window}"] / t[f"family_{window}"].nullif(0)).max()


for _window in (1, 4, 13):
    codes.add(
        f"family_code_share_{_window}",
        "share",
        f"The code's share of its family's buyers in the last {_window} weeks.",
        _code_share(_window),
    )


@codes.aggregate("codes")
def family_active_codes(t: ir.Table) -> ir.Value:
    """Codes of the family with sales in the last 4 weeks."""
    return t.codes_4.max()


@codes.aggregate("weeks")
def family_code_lag_weeks(t: ir.Table) -> ir.Value:
    """Weeks by which the code is older than the youngest code of its family (0 = it is the youngest)."""
    return (t.age - t.youngest).max()


@codes.aggregate("share")
def family_code_lead(t: ir.Table) -> ir.Value:
    """The code's buyers last week over those of the family's leading code."""
    return (t.buyers_1 / t.top_1.nullif(0)).max()


@codes.ratio("difference")
def family_code_share_trend(t: ir.Table) -> ir.Value:
    """Share in the last week minus share in the last 13: positive when the code takes over."""
    return t.family_code_share_1.fill_null(0) - t.family_code_share_13


@latest.aggregate("share", fill=0)
def family_code_share_now(t: ir.Table) -> ir.Value:
    """The code's share of its family's purchases, with weights that halve every two days."""
    return (t.now / t.family_now).max()


@latest.aggregate("days")
def family_code_idle_lag_days(t: ir.Table) -> ir.Value:
    """Days since the code last sold minus days since its family did: above 0 another code has taken over."""
    return (t.idle_days - t.family_idle_days).max()


@groups.aggregate("weeks")
def family_group_recency_weeks(t: ir.Table) -> ir.Value:
    """Weeks since the customer bought anything of the product's group."""
    return t.week.min()


@groups.aggregate("weeks", fill=0)
def family_group_decayed_weeks(t: ir.Table) -> ir.Value:
    """Weeks with a purchase of the group, weighted by 0.5 every 8 weeks back."""
    return half_life(t.week - 1, 8).sum()


@groups.aggregate("products", fill=0)
def family_group_products_4(t: ir.Table) -> ir.Value:
    """Purchases of the group's products in the last 4 weeks (a product counts once a week)."""
    return t.codes.sum(where=t.week <= 4)


@brands.aggregate("weeks")
def family_brand_recency_weeks(t: ir.Table) -> ir.Value:
    """Weeks since the customer bought anything of the product's brand."""
    return t.week.min()


@brands.aggregate("weeks", fill=0)
def family_brand_decayed_weeks(t: ir.Table) -> ir.Value:
    """Weeks with a purchase of the brand, weighted by 0.5 every 8 weeks back."""
    return half_life(t.week - 1, 8).sum()


@across.ratio("flag")
def family_last_is_this(t: ir.Table) -> ir.Value:
    """1 if the customer's last purchase of the family was this code, 0 if another, null if none."""
    known = t.family_recency_days.notnull()
    same = (t.pair_recency_days == t.family_recency_days).fill_null(False)
    return ibis.ifelse(known, same.cast("int64"), ibis.null("int64"))


@across.ratio("weeks")
def family_sibling_weeks_4(t: ir.Table) -> ir.Value:
    """Weeks of the last 4 in which the customer bought the family but not this code."""
    return t.family_weeks_bought_4 - t.pair_weeks_bought_4


@across.ratio("weeks")
def family_expected_weeks(t: ir.Table) -> ir.Value:
    """Decayed weeks of the family (half-life 8) times the code's present share in it."""
    return t.family_decayed_weeks_8 * t.family_code_share_1.fill_null(0)


@across.ratio("weeks")
def family_expected_now(t: ir.Table) -> ir.Value:
    """Decayed weeks of the family (half-life 8) times the code's share in it over the last days."""
    return t.family_decayed_weeks_8 * t.family_code_share_now


BLOCKS = (days, weeks, codes, latest, groups, brands, across)
