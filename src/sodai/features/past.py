"""What was known before each origin: the only door through which features see the lines.

Every table here that carries an ``origin`` holds only rows dated before it; a feature that reads nothing else
cannot leak. Origins of one build lie whole weeks apart, so the weeks of all of them fall on one grid:
``week_back`` counts weeks back from the newest origin (0 = the newest), ``week`` (k >= 1) from a row's own.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Self

import ibis
import ibis.expr.types as ir
import pandas as pd

from sodai.features.classes import customer_classes, product_classes
from sodai.features.digits import bit_count, digits
from sodai.features.engine import TableSet
from sodai.features.joins import attach
from sodai.features.place import nearest_customers
from sodai.settings import Settings, UsageError
from sodai.settings.columns import CUSTOMER_ID, ITEMS, KEYS, ORIGIN, PAIR, PRODUCT_ID, PURCHASE_DATE
from sodai.settings.weeks import WEEK_DAYS

EPOCH = date(1970, 1, 1)
PROFILE_WEEKS = 13
RECENT_WEEKS = 4
RECENT_HALF_LIFE = 4


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def in_sequence(days: ir.Table, weeks: ir.Table, by: Sequence[str]) -> ir.Table:
    """Days of a group in order, each week of the group told once.

    Parameters
    ----------
    days : ibis.Table
        The columns ``by``, day, week_back.
    weeks : ibis.Table
        The columns ``by``, week_back and what is known of the week; each has one of the days or more.

    Returns
    -------
    ibis.Table
        ``days`` with gap_days since the day before (null at the first), next_week_back (of the day after: it
        tells which day is the newest before an origin, and nothing else), active_week_back and the columns
        of ``weeks``; the last two are null but on the first day of a week that ``weeks`` has.
    """
    within = ibis.window(group_by=by, order_by="day")
    same_week = days.week_back == days.week_back.lag().over(within)
    days = days.mutate(
        gap_days=days.day - days.day.lag().over(within),
        next_week_back=days.week_back.lead().over(within),
        opened=ibis.ifelse(same_week, ibis.null("int32"), days.week_back),
    )
    weeks = weeks.mutate(active_week_back=weeks.week_back).rename(opened="week_back")
    return attach(days, weeks, [*by, "opened"]).drop("opened")


def is_newest(rows: ir.Table) -> ir.BooleanValue:
    """Whether a row is the newest of its group before the origin."""
    return ~(rows.next_week_back >= rows.origin_week).fill_null(False)


def half_life(age_weeks: ir.NumericValue, weeks: float) -> ir.NumericValue:
    """Weight that halves every ``weeks`` weeks."""
    # In float64 from the start: a whole number times a literal is decimal arithmetic in DuckDB, and slow.
    return (age_weeks.cast("float64") * (-0.6931471805599453 / weeks)).exp()


@dataclass(frozen=True)
class Past:
    """The known past of one or more origins.

    Parameters
    ----------
    tables : TableSet
        Clean customers, products and lines on one backend.
    moments : tuple of date
        The origins, whole weeks apart.
    settings : Settings
    choose : callable
        From this past to the pairs asked for: origin, customer_id, product_id, and what is told of them.
    """

    tables: TableSet
    moments: tuple[date, ...]
    settings: Settings
    choose: "Callable[[Past], ir.Table]"
    held: dict[Hashable, ir.Table] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        offsets = {(self.anchor - o).days % WEEK_DAYS for o in self.moments}
        if offsets != {0}:
            raise UsageError("origins of one panel must lie whole weeks apart", got=sorted(self.moments))

    def prepare(self) -> Self:
        """Have begun first what planning waits for.

        Returns
        -------
        Past
            Itself.
        """
        _ = self.pair_weeks, self.near, self.is_large
        return self

    @property
    def anchor(self) -> date:
        """The newest origin."""
        return max(self.moments)

    @cached_property
    def origins(self) -> ir.Table:
        """origin, origin_day, origin_week (weeks back from the newest origin)."""
        moments = sorted(self.moments)
        frame = pd.DataFrame(
            {
                ORIGIN: moments,
                "origin_day": [day_number(o) for o in moments],
                "origin_week": [(self.anchor - o).days // WEEK_DAYS for o in moments],
            }
        )
        return self.tables.keep(
            ibis.memtable(frame, schema={ORIGIN: "date", "origin_day": "int32", "origin_week": "int32"})
        )

    @cached_property
    def keys(self) -> ir.Table:
        """The pairs asked for, as chosen, with origin_day, origin_week and their classes."""
        keys = attach(self.choose(self), self.origins, ORIGIN)
        keys = attach(keys, self.product_classes, PRODUCT_ID)
        return self.tables.keep(attach(keys, self.customer_classes, CUSTOMER_ID))

    @cached_property
    def near(self) -> ir.Table:
        """customer_id, neighbour_id: the customers nearest to each customer."""
        return nearest_customers(self.tables, self.settings)

    @cached_property
    def lines(self) -> ir.Table:
        """Lines with ``day`` (days since 1970) and ``week_back``, negative after the newest origin."""
        day = self.tables.lines[PURCHASE_DATE].delta(ibis.date(1970, 1, 1), unit="day").cast("int32")
        lines = self.tables.lines.mutate(day=day)
        back = (ibis.literal(day_number(self.anchor) - 1) - lines.day).cast("float64") / WEEK_DAYS
        return lines.mutate(week_back=back.floor().cast("int32"))

    @cached_property
    def pair_days(self) -> ir.Table:
        """Purchase days of a pair in sequence: day, week_back, items > 0 (net of the day), and its orders.

        ``order_number`` counts the customer's order days; ``gap_days`` and ``gap_orders`` lead back to the
        pair's purchase before. All three depend on earlier rows alone.
        """
        net = (
            self.lines.group_by(*PAIR, "day", "week_back")
            .aggregate(items=self.lines[ITEMS].sum())
            .filter(lambda t: t.items > 0)
        )
        order = ibis.dense_rank().over(ibis.window(group_by=CUSTOMER_ID, order_by="day"))
        weeks = self.pair_weeks.select(*PAIR, "week_back")
        days = in_sequence(net.mutate(order_number=order.cast("int64") + 1), weeks, PAIR)
        before = days.order_number.lag().over(ibis.window(group_by=PAIR, order_by="day"))
        return self.tables.keep(days.mutate(gap_orders=days.order_number - before))

    @cached_property
    def pair_weeks(self) -> ir.Table:
        """Weeks in which a pair's net items are positive: week_back, items, next_week_back, and the classes.

        ``first`` and ``second`` are 1 in the pair's first and second week, else 0.
        """
        net = (
            self.lines.group_by(*PAIR, "week_back")
            .aggregate(items=self.lines[ITEMS].sum())
            .filter(lambda t: t.items > 0)
        )
        within = ibis.window(group_by=PAIR, order_by=ibis.desc("week_back"))
        net = net.mutate(nth=ibis.row_number().over(within), next_week_back=net.week_back.lead().over(within))
        net = net.mutate(first=(net.nth == 0).cast("int64"), second=(net.nth == 1).cast("int64")).drop("nth")
        net = attach(net, self.product_classes, PRODUCT_ID)
        return self.tables.keep(attach(net, self.customer_classes, CUSTOMER_ID))

    @cached_property
    def returns(self) -> ir.Table:
        """Negative lines that no purchase of the same order absorbed or that exceed it: pair, day, items."""
        negative = self.lines.filter(self.lines[ITEMS] < 0)
        return self.tables.keep(negative.select(*PAIR, "day", "week_back", ITEMS))

    @cached_property
    def labels(self) -> ir.Table:
        """The label's side of the fence: pairs with a label of 1 and their target_items."""
        lines, origins = self.lines, self.origins
        horizon = self.settings.horizon_days
        window = lines.inner_join(
            origins, [lines.day >= origins.origin_day, lines.day < origins.origin_day + horizon]
        )
        target = window.group_by(KEYS).aggregate(target_items=window[ITEMS].sum())
        if self.settings.label == "net":
            target = target.filter(target.target_items > 0)
        return self.tables.keep(target)

    @cached_property
    def product_classes(self) -> ir.Table:
        """product_id, family_id, group_id, brand_id."""
        return self.tables.keep(product_classes(self.tables.products, self.settings))

    @cached_property
    def customer_classes(self) -> ir.Table:
        """customer_id, type_id."""
        return self.tables.keep(customer_classes(self.tables.customers, self.settings))

    @cached_property
    def customer_days(self) -> ir.Table:
        """Order days of a customer in sequence: day, week_back, products, items.

        Of a week: week_products, and how many of them a first (novelties) and a second time (repeats).
        """
        days = self.pair_days.group_by(CUSTOMER_ID, "day", "week_back").aggregate(
            products=self.pair_days.count(), items=self.pair_days.items.sum()
        )
        rows = self.pair_weeks
        weeks = rows.group_by(CUSTOMER_ID, "week_back").aggregate(
            week_products=rows.count(), novelties=rows["first"].sum(), repeats=rows["second"].sum()
        )
        return self.tables.keep(in_sequence(days, weeks, [CUSTOMER_ID]))

    @cached_property
    def product_days(self) -> ir.Table:
        """Days on which a product sold: day, week_back, buyers."""
        rows = self.pair_days
        return self.tables.keep(rows.group_by(PRODUCT_ID, "day", "week_back").aggregate(buyers=rows.count()))

    @cached_property
    def is_large(self) -> bool:
        """Whether more products were sold than pairs are crossed for."""
        sold = self.pair_weeks.filter(self.pair_weeks.week_back >= 0).select(PRODUCT_ID).distinct()
        return self.tables.count(sold) > self.settings.features.candidates.all_pairs_up_to

    @cached_property
    def lately(self) -> ir.Table:
        """Pairs bought in the 13 weeks before an origin: origin, customer_id, product_id and what of them.

        weeks_13 and weeks (of the last 4) with a purchase, newest (the newest week), and 0/1 of last (in week
        1) and of novel and novel_2 (first bought in the last 4, 2).
        """
        rows = self.before(self.pair_weeks, PROFILE_WEEKS)
        place = rows.week - 1
        sets = rows.group_by(KEYS).aggregate(bought=digits(place), taken=digits(place, rows["first"] == 1))
        recent = sets.bought & (2**RECENT_WEEKS - 1)
        pairs = sets.select(
            *KEYS,
            weeks_13=bit_count(sets.bought).cast("int64"),
            weeks=bit_count(recent).cast("int64"),
            newest=bit_count(sets.bought ^ (sets.bought - 1)).cast("int64"),
            last=sets.bought & 1,
            novel=((sets.taken & (2**RECENT_WEEKS - 1)) > 0).cast("int64"),
            novel_2=((sets.taken & (2 ** (RECENT_WEEKS // 2) - 1)) > 0).cast("int64"),
        )
        # In order for speed alone: those who read it look up what is of the same customer, or week, again.
        return self.tables.keep(pairs.order_by(ORIGIN, CUSTOMER_ID))

    def once(self, name: Hashable, expression: Callable[[], ir.Table]) -> ir.Table:
        """What ``expression`` gives for this past, computed when first asked for and kept under ``name``."""
        if name not in self.held:
            self.held[name] = self.tables.keep(expression())
        return self.held[name]

    def before(self, rows: ir.Table, weeks: int | None = None) -> ir.Table:
        """Rows of every origin's past: adds origin, origin_day, ``week`` (1 = newest), up to ``weeks`` back.

        ``rows`` must have ``week_back``; a row appears once for each origin after it.
        """
        origins = self.origins
        conditions = [rows.week_back >= origins.origin_week]
        if weeks is not None:
            conditions.append(rows.week_back < origins.origin_week + weeks)
        joined = rows.inner_join(origins, conditions)
        return joined.mutate(week=joined.week_back - joined.origin_week + 1)

    def asked(self, by: Sequence[str]) -> ir.Table:
        """The groups of the pairs asked for: origin, origin_day, origin_week and the columns ``by``."""
        if tuple(by) == PAIR:
            return self.keys.select(*KEYS, "origin_day", "origin_week")
        columns = (ORIGIN, "origin_day", "origin_week", *by)
        return self.once(tuple(by), lambda: self.keys.select(*columns).distinct())

    def of(self, rows: ir.Table, by: Sequence[str]) -> ir.Table:
        """Like `before`, for the groups asked for alone; ``rows`` must have the columns ``by``."""
        return _known(rows, self.asked(by), by)

    def aged(self, rows: ir.Table, by: Sequence[str]) -> ir.Table:
        """Like `of`, for days in sequence: adds what they are told by, seen from the origin.

        age_days, the group's recency_days on every row, recent (a weight that halves every 4 weeks) and
        active_week, null but once in each week.
        """
        days = self.of(rows, by)
        newest = days.filter(is_newest)
        newest = newest.select(
            ORIGIN, "origin_day", "origin_week", *by, recency_days=newest.origin_day - newest.day
        )
        days = _known(rows, newest, by)
        age_days = days.origin_day - days.day
        return days.mutate(
            age_days=age_days,
            recent=half_life(age_days / WEEK_DAYS, RECENT_HALF_LIFE),
            active_week=days.active_week_back - days.origin_week + 1,
        )

    def only_keys(self, rows: ir.Table) -> ir.Table:
        """The rows whose origin and pair are asked for."""
        return rows.semi_join(self.keys, KEYS)


def _known(rows: ir.Table, groups: ir.Table, by: Sequence[str]) -> ir.Table:
    same = [rows[c] == groups[c] for c in by]
    joined = rows.inner_join(groups, [*same, rows.week_back >= groups.origin_week])
    joined = joined.drop(*(c for c in joined.columns if c.endswith("_right")))
    return joined.mutate(week=joined.week_back - joined.origin_week + 1)
