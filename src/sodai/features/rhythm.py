"""Expressions that several families share: weeks counted back, and what past intervals say of the next week.

Rows are those of `Past.aged`: ``active_week`` (1 = newest, null but once in each week), ``age_days``,
``recent`` (a weight), ``gap_days`` (days since the purchase before, null at the first) and ``recency_days``
(of the newest row of the group, on every row).
"""

import ibis.expr.types as ir

from sodai.features.catalogue import Expression
from sodai.features.digits import bit_count, digits
from sodai.features.past import half_life
from sodai.settings.weeks import WEEK_DAYS

SMOOTH_LASTED = 1.0
LONGEST_WINDOW = 52


def _weeks(t: ir.Table) -> ir.IntegerValue:
    """The active weeks of the last 52, a bit each; the newest is the lowest."""
    return digits(t.active_week - 1, t.active_week <= LONGEST_WINDOW)


def in_week(week: int) -> Expression:
    """1 if the week was active, else 0."""
    return lambda t: (_weeks(t) >> (week - 1)) & 1


def weeks_within(window: int) -> Expression:
    """Active weeks among the newest ``window``, at most 52."""
    return lambda t: bit_count(_weeks(t) & ((1 << window) - 1)).cast("float64")


def decayed_weeks(half: int) -> Expression:
    """Active weeks weighted by 0.5 every ``half`` weeks back; the newest week counts 1."""
    return lambda t: half_life(t.active_week - 1, half).sum()


def recent_interval(t: ir.Table) -> ir.Value:
    """Mean interval with weights that halve every four weeks."""
    return (t.gap_days * t.recent).sum() / (t.gap_days.notnull().cast("float64") * t.recent).sum().nullif(0)


def at_newest(t: ir.Table, column: str) -> ir.Value:
    """The value of the group's newest row."""
    # An argmin would sort every group, which takes as long as a dozen other aggregates.
    return t[column].max(where=t.age_days == t.recency_days)


def lasted(t: ir.Table) -> ir.BooleanValue:
    """Whether an interval lasted at least as long as the present one has."""
    return t.gap_days >= t.recency_days


def ended(t: ir.Table) -> ir.BooleanValue:
    """Whether it then ended within seven days."""
    return lasted(t) & (t.gap_days < t.recency_days + WEEK_DAYS)


def hazard(t: ir.Table, prior: float) -> ir.Value:
    """Share of the intervals that lasted which ended; ``prior`` ended ones in one that lasted are added."""
    return (ended(t).cast("float64").sum() + prior) / (lasted(t).cast("float64").sum() + SMOOTH_LASTED)
