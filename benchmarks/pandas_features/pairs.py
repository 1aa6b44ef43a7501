"""Families pair and quantity."""

import numpy as np
import pandas as pd

from benchmarks.pandas_features.known import PAIR, WEEK, Known, fade, rhythm


def pair_days(known: Known) -> pd.DataFrame:
    """Families pair and quantity, from purchase days."""
    days = known.days
    out = rhythm(days, PAIR, 0.3).add_prefix("pair_")
    recency, mean, sd = (out[f"pair_{n}_days"] for n in ("recency", "interval_mean", "interval_sd"))
    days = days.assign(
        ended_weight=days["weight"].where(days["ended"]), lasted_weight=days["weight"].where(days["lasted"])
    )
    for half in (2, 4, 12):
        days[f"items_{half}"] = days["items"] * fade(days["age"] / WEEK, half)
    group = days.groupby(PAIR)
    out["pair_purchases"] = group.size()
    out["pair_hazard_recent"] = (group["ended_weight"].sum() + 0.1) / (group["lasted_weight"].sum() + 0.33)
    out["pair_overdue_ratio"] = recency / mean
    out["pair_overdue_recent_ratio"] = recency / out["pair_interval_recent_days"]
    out["pair_overdue_deviations"] = (recency + 3 - mean) / (sd + 2)
    out["pair_days_until_due"] = mean - recency
    out["pair_interval_variation"] = sd / mean
    out["pair_interval_mean_orders"] = group["gap_orders"].mean()
    out["last_order"] = group["order"].max()
    items = group["items"].agg(["last", "mean", "max", "sum"])
    span = (out["pair_tenure_days"] - recency).replace(0, np.nan)
    rate = (items["sum"] - items["last"]) / span * WEEK
    cover = (items["last"] / rate.replace(0, np.nan) * WEEK).clip(upper=365)
    for half in (2, 4, 12):
        out[f"quantity_decayed_{half}"] = group[f"items_{half}"].sum()
    return out.assign(
        quantity_last=items["last"],
        quantity_mean=items["mean"],
        quantity_max=items["max"],
        quantity_total=items["sum"],
        quantity_rate_week=rate,
        quantity_cover_days=cover,
        quantity_cover_days_left=cover - recency,
        quantity_last_ratio=items["last"] / items["mean"],
        quantity_stock_ratio=out["quantity_decayed_2"] / rate.replace(0, np.nan),
    )


def pair_weeks(known: Known) -> pd.DataFrame:
    """Family pair, from the weeks with a purchase."""
    weeks = known.weeks[[*PAIR, "week"]].copy()
    for k in (1, 2, 3, 4):
        weeks[f"pair_bought_week_{k}"] = weeks["week"] == k
    for n in (4, 8, 13, 26, 52):
        weeks[f"pair_weeks_bought_{n}"] = weeks["week"] <= n
    for half in (2, 4, 8, 16):
        weeks[f"pair_decayed_weeks_{half}"] = fade(weeks["week"] - 1, half)
    tenure = weeks.groupby(PAIR)["week"].max()
    out = weeks.drop(columns="week").groupby(PAIR).sum()
    for n in (13, 52):
        out[f"pair_frequency_{n}"] = out[f"pair_weeks_bought_{n}"] / tenure.clip(upper=n)
    steady = (1 - 0.5 ** (1 / 2)) / (1 - 0.5 ** (1 / 16))
    out["pair_acceleration"] = out["pair_decayed_weeks_2"] / out["pair_decayed_weeks_16"] * steady
    return out


def returns(known: Known) -> pd.DataFrame:
    """How often a pair returned items."""
    negative = known.lines[known.lines["items"] < 0]
    return negative.groupby(PAIR).size().to_frame("quantity_returns")


def decayed_orders(known: Known) -> pd.DataFrame:
    """Order days with the product, each weighted by 0.5 every 4 order days of the customer since."""
    days = known.days
    newest = days.groupby("customer_id")["order"].transform("max")
    weight = fade(newest - days["order"], 4)
    return weight.groupby([days[c] for c in PAIR]).sum().to_frame("pair_decayed_orders")
