"""What was known before each origin: the only door through which features see the lines.

Every table here that carries an ``origin`` holds only rows dated before it; a feature that reads nothing else
cannot leak. Origins of one build lie whole weeks apart, so the weeks of all of them fall on one grid:
``week_back`` counts weeks back from the newest origin (0 = the newest), ``week`` (k >= 1) from a row's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pandas as pd

from sodai.features.engine import TableSet
from sodai.features.joins import attach, meet
from sodai.features.place import nearest_customers
from sodai.settings import Settings, UsageError
from sodai.settings.columns import CUSTOMER_ID, ITEMS, KEYS, ORIGIN, PAIR, PRODUCT_ID, PURCHASE_DATE
from sodai.settings.weeks import WEEK_DAYS

EPOCH = date(1970, 1, 1)
FAMILY_ID = "family_id"
GROUP_ID = "group_id"
BRAND_ID = "brand_id"
TYPE_ID = "type_id"
PROFILE_WEEKS = 13


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def half_life(age_weeks: ir.NumericValue, weeks: float) -> ir.NumericValue:
    """Weight that halves every ``weeks`` weeks."""
    return (age_weeks * (-0.6931471805599453 / weeks)).exp()


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
        From this past to the pairs asked for: origin, customer_id, product_id.
    """

    tables: TableSet
    moments: tuple[date, ...]
    settings: Settings
    choose: "Callable[[Past], ir.Table]"

    def __post_init__(self) -> None:
        offsets = {(self.anchor - o).days % WEEK_DAYS for o in self.moments}
        if offsets != {0}:
            raise UsageError("origins of one panel must lie whole weeks apart", got=sorted(self.moments))

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
            ibis.memtable(frame, schema={ORIGIN: "date", "origin_day": "int64", "origin_week": "int64"})
        )

    @cached_property
    def keys(self) -> ir.Table:
        """The pairs asked for: origin, customer_id, product_id, origin_day, origin_week and their classes."""
        keys = self.choose(self).select(*KEYS)
        keys = attach(keys, self.origins, ORIGIN)
        keys = attach(keys, self.product_classes, PRODUCT_ID)
        return self.tables.keep(attach(keys, self.customer_classes, CUSTOMER_ID))

    @cached_property
    def near(self) -> ir.Table:
        """customer_id, neighbour_id: the customers nearest to each customer."""
        return nearest_customers(self.tables, self.settings)

    @cached_property
    def lines(self) -> ir.Table:
        """Lines with ``day`` (days since 1970) and ``week_back``, negative after the newest origin."""
        day = self.tables.lines[PURCHASE_DATE].delta(ibis.date(1970, 1, 1), unit="day").cast("int64")
        lines = self.tables.lines.mutate(day=day)
        back = (ibis.literal(day_number(self.anchor) - 1) - lines.day).cast("float64") / WEEK_DAYS
        return lines.mutate(week_back=back.floor().cast("int64"))

    @cached_property
    def pair_days(self) -> ir.Table:
        """Purchase days of a pair: day, week_back, items > 0 (net of the day), its place in two sequences.

        ``order_number`` counts the customer's order days; ``gap_days`` and ``gap_orders`` lead back to the
        pair's purchase before. All three depend on earlier rows alone.
        """
        net = (
            self.lines.group_by(*PAIR, "day", "week_back")
            .aggregate(items=self.lines[ITEMS].sum())
            .filter(lambda t: t.items > 0)
        )
        order = ibis.dense_rank().over(ibis.window(group_by=CUSTOMER_ID, order_by="day"))
        net = net.mutate(order_number=order.cast("int64") + 1)
        earlier = ibis.window(group_by=PAIR, order_by="day")
        return self.tables.keep(
            net.mutate(
                gap_days=net.day - net.day.lag().over(earlier),
                gap_orders=net.order_number - net.order_number.lag().over(earlier),
            )
        )

    @cached_property
    def pair_weeks(self) -> ir.Table:
        """Weeks in which a pair's net items are positive: week_back, items, first (0/1), and the classes."""
        net = (
            self.lines.group_by(*PAIR, "week_back")
            .aggregate(items=self.lines[ITEMS].sum())
            .filter(lambda t: t.items > 0)
        )
        oldest = net.week_back.max().over(ibis.window(group_by=PAIR))
        net = net.mutate(first=(net.week_back == oldest).cast("int64"))
        net = attach(net, self.product_classes, PRODUCT_ID)
        return self.tables.keep(attach(net, self.customer_classes, CUSTOMER_ID))

    @cached_property
    def returns(self) -> ir.Table:
        """Negative lines that no purchase of the same order absorbed or that exceed it: pair, day, items."""
        negative = self.lines.filter(self.lines[ITEMS] < 0)
        return self.tables.keep(negative.select(*PAIR, "day", "week_back", ITEMS))

    @cached_property
    def product_classes(self) -> ir.Table:
        """product_id, family_id, group_id, brand_id: the classes that settings name, as text."""
        products, attributes = self.tables.products, self.settings.products
        family = [
            products[c].cast("string").fill_null("?") for c in attributes.family if c in products.columns
        ]
        family_id = ibis.literal("|").join(family) if family else products[PRODUCT_ID].cast("string")
        return self.tables.keep(
            products.select(
                PRODUCT_ID,
                family_id.name(FAMILY_ID),
                _class_of(products, attributes.group).name(GROUP_ID),
                _class_of(products, attributes.brand).name(BRAND_ID),
            )
        )

    @cached_property
    def customer_classes(self) -> ir.Table:
        """customer_id, type_id: the customer's type as text, one type for all where settings name none."""
        customers = self.tables.customers
        return self.tables.keep(
            customers.select(CUSTOMER_ID, _class_of(customers, self.settings.customers.type).name(TYPE_ID))
        )

    @cached_property
    def customer_days(self) -> ir.Table:
        """Order days of a customer: day, week_back, products, items, gap_days since the one before."""
        days = self.pair_days.group_by(CUSTOMER_ID, "day", "week_back").aggregate(
            products=self.pair_days.count(), items=self.pair_days.items.sum()
        )
        previous = days.day.lag().over(ibis.window(group_by=CUSTOMER_ID, order_by="day"))
        return self.tables.keep(days.mutate(gap_days=days.day - previous))

    @cached_property
    def product_days(self) -> ir.Table:
        """Days on which a product sold: day, week_back, buyers, active (customers who bought anything)."""
        rows = self.pair_days
        buyers = rows.group_by(PRODUCT_ID, "day", "week_back").aggregate(buyers=rows.count())
        active = rows.group_by("day").aggregate(active=rows[CUSTOMER_ID].nunique())
        return self.tables.keep(meet(buyers, active, "day"))

    @cached_property
    def profile(self) -> ir.Table:
        """What each customer bought in the 13 weeks before an origin: origin, customer_id, product_id."""
        return self.tables.keep(self.before(self.pair_weeks, PROFILE_WEEKS).select(ORIGIN, *PAIR).distinct())

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

    def of_pairs(self, rows: ir.Table) -> ir.Table:
        """Like `before`, for the pairs asked for alone; ``rows`` must have the pair and ``week_back``."""
        keys = self.keys.select(*KEYS, "origin_day", "origin_week")
        same = [rows[c] == keys[c] for c in PAIR]
        joined = rows.inner_join(keys, [*same, rows.week_back >= keys.origin_week])
        joined = joined.drop(*(c for c in joined.columns if c.endswith("_right")))
        return joined.mutate(week=joined.week_back - joined.origin_week + 1)

    def only_keys(self, rows: ir.Table) -> ir.Table:
        """The rows whose origin and pair are asked for."""
        return rows.semi_join(self.keys, KEYS)

    def target(self, horizon_days: int) -> ir.Table:
        """The label's side of the fence: net items and lines of pairs in [origin, origin + horizon)."""
        lines, origins = self.lines, self.origins
        window = lines.inner_join(
            origins, [lines.day >= origins.origin_day, lines.day < origins.origin_day + horizon_days]
        )
        return window.group_by(ORIGIN, *PAIR).aggregate(
            target_items=window[ITEMS].sum(), target_lines=window.count()
        )


def _class_of(table: ir.Table, column: str | None) -> ir.StringValue:
    if column is None or column not in table.columns:
        return ibis.literal("all")
    return table[column].cast("string").fill_null("?")


def moments_of(origins: date | Sequence[date]) -> tuple[date, ...]:
    """One origin or several as a tuple."""
    return (origins,) if isinstance(origins, date) else tuple(origins)
