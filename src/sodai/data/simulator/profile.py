"""The shape of a company in some ninety figures: what a simulated company is compared with a real one by.

All are ratios, shares or quantiles that do not grow with the number of customers. Weeks are counted from the
first day of the lines; a purchase is a pair and week with net items above zero.
"""

from typing import cast

import numpy as np
import pandas as pd

from sodai.data.simulator.chance import Floats
from sodai.data.tables import Tables
from sodai.settings.weeks import WEEK_DAYS

_HALF_LIFE_WEEKS = 4
_TEST_WEEKS = 8
_FAMILY = ["brand", "segment", "package", "size"]
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def profile(tables: Tables) -> dict[str, float]:
    """Measure a company that has the columns of the input contract.

    Parameters
    ----------
    tables : Tables
        Lines of at least 20 weeks, not cleaned; products with brand, segment, package and size.

    Returns
    -------
    dict
        Name and value of each figure, in a fixed order.
    """
    raw = tables.lines.select(["customer_id", "product_id", "order_id", "purchase_date", "items"]).to_pandas()
    raw["purchase_date"] = pd.to_datetime(raw["purchase_date"])
    raw["day"] = (raw["purchase_date"] - raw["purchase_date"].min()).dt.days
    raw["week"] = raw["day"] // WEEK_DAYS
    raw = raw[raw["week"] < (raw["day"].max() + 1) // WEEK_DAYS]
    lines = raw.drop_duplicates()
    net = lines.groupby(["customer_id", "product_id", "week"], as_index=False)["items"].sum()
    bought = net[net["items"] > 0]
    families = tables.products.to_pandas().set_index("product_id")[_FAMILY].astype(str).agg("|".join, axis=1)
    return {
        **_customers(lines, bought),
        **_pairs(lines, bought),
        **_products(bought, cast("pd.Series[str]", families)),
        **_items(raw, lines),
        **_time(lines),
        **_predictability(bought),
    }


def _quantiles(
    name: str, values: "pd.Series[float] | pd.Series[int]", at: tuple[float, ...]
) -> dict[str, float]:
    return {f"{name}, {100 * q:g} %": float(values.quantile(q)) for q in at}


def _customers(lines: pd.DataFrame, bought: pd.DataFrame) -> dict[str, float]:
    weeks, customers = int(lines["week"].max()) + 1, bought["customer_id"].nunique()
    active = bought.groupby(["customer_id", "week"]).size()
    orders = lines[lines["items"] > 0].groupby(["customer_id", "week"])["order_id"].nunique()
    per_order = lines[lines["items"] > 0].groupby("order_id").size()
    share = active.groupby("customer_id").size() / weeks
    first = bought.groupby("customer_id")["week"].min()
    return {
        "customers active in a week, share": len(active) / weeks / customers,
        **_quantiles("weeks active of a customer, share", share, (0.1, 0.25, 0.5, 0.75, 0.9)),
        "purchases in an active week, mean": float(active.mean()),
        **_quantiles("mean purchases of a customer", active.groupby("customer_id").mean(), (0.1, 0.5, 0.9)),
        "orders in an active week, mean": float(orders.mean()),
        "lines in an order, mean": float(per_order.mean()),
        **_quantiles("lines in an order", per_order, (0.5, 0.9, 0.99)),
        **_quantiles(
            "codes of a customer", bought.groupby("customer_id")["product_id"].nunique(), (0.1, 0.5, 0.9)
        ),
        **{f"first purchase by week {w}, share": float((first < w).mean()) for w in (1, 2, 4, 13, 26, 39)},
        "last purchase 7 or more weeks before the end, share": float(
            (bought.groupby("customer_id")["week"].max() < weeks - 7).mean()
        ),
    }


def _pairs(lines: pd.DataFrame, bought: pd.DataFrame) -> dict[str, float]:
    pair = ["customer_id", "product_id"]
    count = bought.groupby(pair).size()
    first = bought.groupby(pair)["week"].transform("min")
    repeat = (bought["week"] > first).groupby(bought["week"]).mean()
    days = lines[lines["items"] > 0].drop_duplicates([*pair, "day"]).sort_values([*pair, "day"])
    gap = days.groupby(pair)["day"].diff().dropna()
    by_pair = days.assign(gap=gap).groupby(pair)["gap"].agg(["mean", "std", "count"])
    regular = by_pair[by_pair["count"] >= 5]
    return {
        "weeks with a purchase of a pair, mean": float(count.mean()),
        **_quantiles("weeks with a purchase of a pair", count, (0.5, 0.75, 0.9, 0.99)),
        "pairs bought in one week only, share": float((count == 1).mean()),
        **{
            f"repeats among the purchases of week {w}, share": float(repeat.get(w - 1, np.nan))
            for w in (2, 5, 20)
        },
        "repeats among the purchases of the last 8 weeks, share": float(repeat.iloc[-8:].mean()),
        "days between purchases, mean": float(gap.mean()),
        **_quantiles("days between purchases", gap, (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)),
        "days between purchases, whole weeks, share": float((gap % WEEK_DAYS == 0).mean()),
        **_quantiles("mean interval of a pair, days", regular["mean"], (0.25, 0.5, 0.75)),
        **_quantiles("variation of a pair's interval", regular["std"] / regular["mean"], (0.25, 0.5, 0.75)),
        **_hazard(bought),
    }


def _hazard(bought: pd.DataFrame) -> dict[str, float]:
    """Probability that a pair with 9 or more purchases is bought 1, 2, 4 or 8 weeks after the last one."""
    grid = _grid(bought)
    since, count = np.full(grid.shape[1:], -1), np.zeros(grid.shape[1:], dtype=int)
    ages = (1, 2, 4, 8)
    hits, tries = np.zeros(len(ages)), np.zeros(len(ages))
    for week, now in enumerate(grid):
        for i, age in enumerate(ages):
            at_risk = (since == week - age) & (count >= 9)
            hits[i] += now[at_risk].sum()
            tries[i] += at_risk.sum()
        since[now] = week
        count += now
    return {
        f"purchase of an old pair {a} weeks after the last, probability": float(h / max(t, 1))
        for a, h, t in zip(ages, hits, tries, strict=True)
    }


def _products(bought: pd.DataFrame, families: "pd.Series[str]") -> dict[str, float]:
    sold = np.sort(bought.groupby("product_id").size().to_numpy())
    rank = np.arange(1, len(sold) + 1)
    family = bought["product_id"].map(families)
    codes = bought.groupby(family)["product_id"].nunique()
    first = bought.groupby("product_id")["week"].transform("min")
    late = bought["week"].max() - 7
    recent = bought["week"] >= late
    return {
        "products sold, share of the catalogue": len(sold) / len(families),
        "codes sold in a week, share of all sold": float(
            bought.groupby("week")["product_id"].nunique().mean() / len(sold)
        ),
        "popularity of codes, Gini": float(
            ((2 * rank - len(sold) - 1) * sold).sum() / (len(sold) * sold.sum())
        ),
        "top code, share of purchases": float(sold[-1] / sold.sum()),
        "top 10 codes, share of purchases": float(sold[-10:].sum() / sold.sum()),
        "codes of a sold family, mean": float(codes.mean()),
        "purchases in families with several codes, share": float((family.map(codes) > 1).mean()),
        "purchases of codes launched after week 8, share": float((first >= 8).mean()),
        "the same in the last 8 weeks, share": float((first[recent] >= 8).mean()),
    }


def _items(raw: pd.DataFrame, lines: pd.DataFrame) -> dict[str, float]:
    positive = lines[lines["items"] > 0]
    pair = positive.sort_values("day").groupby(["customer_id", "product_id"])["items"]
    log = np.log(positive["items"]).groupby([positive["customer_id"], positive["product_id"]])
    often = log.size() >= 5
    keys = ["customer_id", "product_id", "order_id", "purchase_date"]
    back = lines[lines["items"] < 0].merge(positive, on=keys, suffixes=("", "_bought"))
    share = -back["items"] / back["items_bought"]
    return {
        **_quantiles("items in a line", positive["items"], (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)),
        "spread of log items between pairs": float(log.mean()[often].std()),
        "spread of log items within a pair": float(log.std()[often].mean()),
        "as many items as the last time, share": float((pair.diff() == 0).sum() / pair.diff().notna().sum()),
        "returns, share of lines": float((lines["items"] < 0).mean()),
        "returned part of the line, median": float(share.median()),
        "returned wholly, share of returns": float((share >= 1).mean()),
        "exact duplicates, share of lines": 1 - len(lines) / len(raw),
    }


def _time(lines: pd.DataFrame) -> dict[str, float]:
    days = lines["purchase_date"].dt.day_of_week.value_counts(normalize=True).sort_index()
    weekly = lines.groupby("week").size()
    level = weekly / weekly.median()
    return {
        **{f"lines on {name}, share": float(days.get(i, 0.0)) for i, name in enumerate(_WEEKDAYS)},
        "lines in a week, variation": float(weekly.std() / weekly.mean()),
        **_quantiles("lines in a week against the median", level, (0.02, 0.1, 0.9, 0.98)),
        "lines in a week, correlation with the week before": float(weekly.autocorr()),
    }


def _predictability(bought: pd.DataFrame) -> dict[str, float]:
    """Rank all pairs of the last weeks by purchases that fade with age: the simple baseline."""
    grid = _grid(bought)
    fade = 0.5 ** (1 / _HALF_LIFE_WEEKS)
    score, truth, guess = np.zeros(grid.shape[1:]), [], []
    for week, now in enumerate(grid):
        if week >= len(grid) - _TEST_WEEKS:
            truth.append(now.ravel())
            guess.append(score.ravel() * (1 - fade) / (1 - fade**week))
        score = fade * score + now
    labels = np.concatenate(truth)
    return {
        "purchases among all pairs of the last 8 weeks, share": float(labels.mean()),
        "PR-AUC of the faded frequency": average_precision(labels, np.concatenate(guess)),
    }


def _grid(bought: pd.DataFrame) -> np.ndarray:
    """Give weeks x customers x products: whether there was a purchase."""
    customers, customer = np.unique(bought["customer_id"], return_inverse=True)
    products, product = np.unique(bought["product_id"], return_inverse=True)
    grid = np.zeros((int(bought["week"].max()) + 1, len(customers), len(products)), dtype=bool)
    grid[bought["week"].to_numpy(), customer, product] = True
    return grid


def average_precision(label: np.ndarray, score: Floats) -> float:
    """Area under the precision-recall curve: mean precision at each positive, ties as one step."""
    order = np.argsort(-score, kind="stable")
    label, score = label[order].astype(float), score[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    hits = np.cumsum(label)[last]
    steps = np.diff(hits, prepend=0.0)
    return float((steps * hits / (last + 1)).sum() / max(hits[-1], 1.0))
