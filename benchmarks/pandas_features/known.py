"""What is known of a company before an origin, as frames, and what intervals between purchases say."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from sodai.settings import Settings

PAIR = ["customer_id", "product_id"]
KEYS = ["origin", *PAIR]
WEEK = 7


def fade(age: pd.Series, half: float) -> pd.Series:
    """A weight that halves every ``half`` units of age."""
    return 0.5 ** (age / half)


@dataclass(frozen=True)
class Company:
    """The three clean tables as frames."""

    customers: pd.DataFrame
    products: pd.DataFrame
    lines: pd.DataFrame


@dataclass
class Known:
    """What is known of a company before an origin."""

    company: Company
    origin: date
    settings: Settings

    def __post_init__(self) -> None:
        lines = self.company.lines
        age = (pd.Timestamp(self.origin) - pd.to_datetime(lines["purchase_date"])).dt.days
        lines = lines.assign(age=age, week=(age - 1) // WEEK + 1)
        self.lines = lines[lines["age"] > 0]

    @cached_property
    def days(self) -> pd.DataFrame:
        """Days on which a pair was bought, with the gaps since the purchase before."""
        days = self.lines.groupby([*PAIR, "age", "week"], as_index=False)["items"].sum()
        days = days[days["items"] > 0].sort_values("age", ascending=False)
        orders = days[["customer_id", "age"]].drop_duplicates()
        orders["order"] = orders.groupby("customer_id").cumcount() + 1
        return with_gaps(days.merge(orders, on=["customer_id", "age"]), PAIR, order=True)

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Weeks in which a pair was bought, with the classes of customer and product."""
        weeks = self.lines.groupby([*PAIR, "week"], as_index=False).agg(items=("items", "sum"))
        weeks = weeks[weeks["items"] > 0]
        weeks["first"] = weeks["week"] == weeks.groupby(PAIR)["week"].transform("max")
        return weeks.merge(self.classes, on="product_id").merge(self.types, on="customer_id")

    @cached_property
    def classes(self) -> pd.DataFrame:
        """product_id with family, group and brand."""
        products, declared = self.company.products, self.settings.products
        family = [c for c in declared.family if c in products] or ["product_id"]
        return products[["product_id"]].assign(
            family=products.groupby(family, dropna=False).ngroup(),
            group=class_of(products, declared.group),
            brand=class_of(products, declared.brand),
        )

    @cached_property
    def types(self) -> pd.DataFrame:
        """customer_id with its type."""
        customers = self.company.customers
        return customers[["customer_id"]].assign(type=class_of(customers, self.settings.customers.type))


def class_of(table: pd.DataFrame, column: str | None) -> pd.Series:
    """The number of each row's class; all in one where the column is not there."""
    if column is None or column not in table:
        return pd.Series(0, index=table.index)
    return table.groupby(column, dropna=False).ngroup()


def with_gaps(days: pd.DataFrame, by: list[str], *, order: bool = False) -> pd.DataFrame:
    """Adds gap since the day before of the group, recency of the group, and the weight of the row."""
    days = days.sort_values("age", ascending=False)
    group = days.groupby(by)
    days["gap"] = group["age"].shift() - days["age"]
    if order:
        days["gap_orders"] = days["order"] - group["order"].shift()
    days["recency"] = group["age"].transform("min")
    days["weight"] = fade(days["age"] / WEEK, 4)
    lasted = days["gap"] >= days["recency"]
    return days.assign(lasted=lasted, ended=lasted & (days["gap"] < days["recency"] + WEEK))


def rhythm(days: pd.DataFrame, by: list[str], prior: float) -> pd.DataFrame:
    """What the intervals of a group say."""
    weighted = days.assign(
        weighted_gap=days["gap"] * days["weight"], gap_weight=days["weight"].where(days["gap"].notna())
    )
    group = weighted.groupby(by)
    gaps = group["gap"].agg(["mean", "std", "max", "last", "count"])
    hazard = (group["ended"].sum() + prior) / (group["lasted"].sum() + 1)
    return pd.DataFrame(
        {
            "recency_days": group["age"].min(),
            "tenure_days": group["age"].max(),
            "interval_mean_days": gaps["mean"],
            "interval_sd_days": gaps["std"],
            "interval_max_days": gaps["max"],
            "interval_last_days": gaps["last"],
            "interval_recent_days": group["weighted_gap"].sum() / group["gap_weight"].sum(),
            "hazard_next_week": hazard.where(gaps["count"] > 0),
        }
    )
