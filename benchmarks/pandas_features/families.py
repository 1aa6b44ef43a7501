"""Family family."""

import numpy as np
import pandas as pd

from benchmarks.pandas_features.known import Known, fade, rhythm, with_gaps
from benchmarks.pandas_features.products import weekly_sales


def habits(known: Known) -> pd.DataFrame:
    """Family family, of a customer with all codes of a family."""
    by = ["customer_id", "family"]
    days = known.days.merge(known.classes, on="product_id")[[*by, "age", "week"]].drop_duplicates()
    out = rhythm(with_gaps(days, by), by, 0.3).add_prefix("family_")
    out = out[[f"family_{n}" for n in ("recency_days", "interval_mean_days", "interval_recent_days")]].assign(
        family_hazard_next_week=out["family_hazard_next_week"],
        family_overdue_ratio=out["family_recency_days"] / out["family_interval_mean_days"],
    )
    weeks = known.weeks[[*by, "week"]].drop_duplicates()
    keys = [weeks[c] for c in by]
    for n in (4, 13):
        out[f"family_weeks_bought_{n}"] = (weeks["week"] <= n).groupby(keys).sum()
    for half in (2, 8):
        out[f"family_decayed_weeks_{half}"] = fade(weeks["week"] - 1, half).groupby(keys).sum()
    return out


def codes(known: Known) -> pd.DataFrame:
    """Family family, of a code within its family."""
    sold = weekly_sales(known, [])
    by, week = sold["product_id"], sold["week"]
    buyers = {n: sold["buyers"].where(week <= n, 0).groupby(by).sum() for n in (1, 4, 13)}
    age = week.groupby(by).max()
    family = known.classes.set_index("product_id")["family"].reindex(age.index)
    out = {
        f"family_code_share_{n}": b / b.groupby(family).transform("sum").replace(0, np.nan)
        for n, b in buyers.items()
    }
    leader = buyers[1].groupby(family).transform("max").replace(0, np.nan)
    return pd.DataFrame(out).assign(
        family_active_codes=(buyers[4] > 0).groupby(family).transform("sum"),
        family_code_lag_weeks=age - age.groupby(family).transform("min"),
        family_code_lead=buyers[1] / leader,
        family_code_share_trend=out["family_code_share_1"].fillna(0) - out["family_code_share_13"],
    )


def classes_bought(known: Known, column: str) -> pd.DataFrame:
    """Family family, of a customer with a group or a brand."""
    by = ["customer_id", column]
    weeks = known.weeks.groupby([*by, "week"], as_index=False).size()
    keys = [weeks[c] for c in by]
    out = {
        f"family_{column}_recency_weeks": weeks["week"].groupby(keys).min(),
        f"family_{column}_decayed_weeks": fade(weeks["week"] - 1, 8).groupby(keys).sum(),
    }
    if column == "group":
        out["family_group_products_4"] = weeks["size"].where(weeks["week"] <= 4, 0).groupby(keys).sum()
    return pd.DataFrame(out)
