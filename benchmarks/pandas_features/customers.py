"""Family customer."""

import numpy as np
import pandas as pd

from benchmarks.pandas_features.known import PAIR, WEEK, Known, fade, rhythm, with_gaps


def customer_days(known: Known) -> pd.DataFrame:
    """Family customer, from order days."""
    by = ["customer_id"]
    days = known.days.groupby([*by, "age", "week"], as_index=False).agg(
        products=("items", "size"), items=("items", "sum")
    )
    days = with_gaps(days, by)
    recent = days["week"] <= 13
    days["lately"] = days["items"] * fade(days["age"], 7)
    days["usually"] = days["items"] * fade(days["age"], 56)
    days["visit"] = recent & ((days["age"] - days["recency"]) % WEEK == 0)
    days["recent"] = recent
    group = days.groupby(by)
    out = rhythm(days, by, 0.5).add_prefix("customer_").drop(columns="customer_interval_max_days")
    recency, mean, sd = (out[f"customer_{n}_days"] for n in ("recency", "interval_mean", "interval_sd"))
    weekdays = days[recent].groupby(["customer_id", days["age"] % WEEK]).size().groupby("customer_id")
    return out.assign(
        customer_orders=group.size(),
        customer_orders_13=group["recent"].sum(),
        customer_items_mean=group["items"].mean(),
        customer_products_last=group["products"].last(),
        customer_weekday_share=weekdays.max() / weekdays.sum(),
        customer_visit_share=group["visit"].sum() / 13,
        customer_stock_ratio=group["lately"].sum() / group["usually"].sum(),
        customer_overdue_deviations=(recency + 3 - mean) / (sd + 2),
        customer_overdue_recent_ratio=recency / out["customer_interval_recent_days"],
        customer_overdue_ratio=recency / mean,
    )


def customer_weeks(known: Known) -> pd.DataFrame:
    """Family customer, from active weeks and the assortment."""
    weeks = known.weeks.groupby(["customer_id", "week"], as_index=False).agg(
        products=("first", "size"), novelties=("first", "sum")
    )
    week, out = weeks["week"], {}
    by = weeks["customer_id"]
    for k in (1, 2):
        out[f"customer_products_week_{k}"] = weeks["products"].where(week == k, 0).groupby(by).sum()
    for n in (4, 26):
        out[f"customer_active_weeks_{n}"] = (week <= n).groupby(by).sum()
    for half in (4, 16):
        out[f"customer_decayed_weeks_{half}"] = fade(week - 1, half).groupby(by).sum()
    lived = week.groupby(by).max()
    for half in (2, 4, 8, 16):
        out[f"customer_decayed_exposure_{half}"] = (1 - fade(lived, half)) / (1 - 0.5 ** (1 / half))
    weight = fade(week, 4)
    out["customer_basket_mean"] = weeks["products"].groupby(by).mean()
    out["customer_basket_recent"] = (weeks["products"] * weight).groupby(by).sum() / weight.groupby(by).sum()
    out["customer_novelties_8"] = weeks["novelties"].where(week <= 8, 0).groupby(by).sum()
    long = out["customer_active_weeks_26"].replace(0, np.nan) / 26
    out["customer_trend"] = out["customer_active_weeks_4"] / 4 / long
    held = known.weeks.groupby(PAIR)["week"].agg(["min", "size"])
    products = held.assign(newer=held["min"] <= 8, repeated=held["size"] > 1).groupby("customer_id")
    out["customer_products"] = products.size()
    out["customer_products_8"] = products["newer"].sum()
    out["customer_repeat_share"] = products["repeated"].mean()
    return pd.DataFrame(out)
