"""Family product, and what daily sales say of a code in its family."""

import numpy as np
import pandas as pd

from benchmarks.pandas_features.known import Known, fade


def weekly_sales(known: Known, by: list[str]) -> pd.DataFrame:
    """Buyers, first-time buyers, items and active customers of a product by week and class."""
    weeks = known.weeks
    sold = weeks.groupby([*by, "product_id", "week"], as_index=False).agg(
        buyers=("first", "size"), novices=("first", "sum"), items=("items", "sum")
    )
    active = weeks.groupby([*by, "week"], as_index=False).agg(active=("customer_id", "nunique"))
    sold = sold.merge(active, on=[*by, "week"])
    return sold.assign(share=sold["buyers"] / sold["active"], new_share=sold["novices"] / sold["active"])


def product_weeks(known: Known) -> pd.DataFrame:
    """Family product, from weekly sales."""
    sold = weekly_sales(known, [])
    by, week, out = sold["product_id"], sold["week"], {}
    for k in (1, 2, 3):
        out[f"product_buyers_week_{k}"] = sold["buyers"].where(week == k, 0).groupby(by).sum()
    for n in (1, 4, 13):
        out[f"product_share_{n}"] = sold["share"].where(week <= n, 0).groupby(by).sum() / n
    for n in (1, 4):
        out[f"product_novices_{n}"] = sold["novices"].where(week <= n, 0).groupby(by).sum()
    out["product_age_weeks"] = week.groupby(by).max()
    out["product_weeks_sold_8"] = (week <= 8).groupby(by).sum()
    out["product_share_decayed"] = (sold["share"] * fade(week - 1, 4)).groupby(by).sum()
    out["product_items_mean"] = sold["items"].groupby(by).sum() / sold["buyers"].groupby(by).sum()
    out["product_trend"] = out["product_share_1"] / out["product_share_4"].replace(0, np.nan)
    out["product_trend_long"] = out["product_share_4"] / out["product_share_13"].replace(0, np.nan)
    return pd.DataFrame(out)


def product_types(known: Known) -> pd.DataFrame:
    """Family product, within the customer's type."""
    sold = weekly_sales(known, ["type"])
    by, week = [sold["type"], sold["product_id"]], sold["week"]
    out = {
        f"product_type_share_{n}": sold["share"].where(week <= n, 0).groupby(by).sum() / n for n in (1, 4, 13)
    }
    out["product_type_novices_4"] = sold["new_share"].where(week <= 4, 0).groupby(by).sum() / 4
    return pd.DataFrame(out)


def product_days(known: Known) -> pd.DataFrame:
    """Families product and family, from the daily sales of the last 13 weeks."""
    days = known.days[known.days["week"] <= 13].groupby(["product_id", "age"], as_index=False).size()
    age, by = days["age"], days["product_id"]
    now = (days["size"] * fade(age, 2)).groupby(by).sum()
    idle = age.groupby(by).min()
    family = known.classes.set_index("product_id")["family"].reindex(now.index)
    return pd.DataFrame(
        {
            "product_idle_days": idle,
            "product_buyers_days_3": days["size"].where(age <= 3, 0).groupby(by).sum(),
            "product_momentum": now / (days["size"] * fade(age, 14)).groupby(by).sum(),
            "family_code_share_now": now / now.groupby(family).transform("sum"),
            "family_code_idle_lag_days": idle - idle.groupby(family).transform("min"),
        }
    )


def market(known: Known) -> dict[str, float]:
    """Family product, of the market as a whole."""
    weekly = known.weeks.groupby("week")["customer_id"].agg(["size", "nunique"])
    last, usual = weekly.reindex([1]).fillna(0).iloc[0], weekly[weekly.index <= 8].sum() / 8
    trend = last / usual.replace(0, np.nan)
    return {"product_market_trend": trend["size"], "product_market_active_trend": trend["nunique"]}
