"""Families calendar and static."""

import math
from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

from sodai.settings import Settings


def calendar(origin: date, settings: Settings) -> dict[str, float]:
    """Family calendar."""
    closed = holidays.country_holidays(
        settings.features.country, years=range(origin.year - 1, origin.year + 2)
    )
    window = [origin + timedelta(days=d) for d in range(settings.horizon_days)]
    after = [window[-1] + timedelta(days=d) for d in range(1, 8)]
    ahead = [d for d in range(30) if origin + timedelta(days=d) in closed]
    angle = 2 * math.pi * origin.timetuple().tm_yday / 365.25
    return {
        "calendar_holidays": sum(d in closed for d in window),
        "calendar_holidays_after": sum(d in closed for d in after),
        "calendar_holidays_before": sum(origin - timedelta(days=d) in closed for d in range(1, 8)),
        "calendar_days_to_holiday": min(ahead, default=30),
        "calendar_month_day": origin.day,
        "calendar_month_ends": sum((d + timedelta(days=1)).month != d.month for d in window),
        "calendar_year_sin": math.sin(angle),
        "calendar_year_cos": math.cos(angle),
    }


def static(table: pd.DataFrame, side: str, settings: Settings) -> pd.DataFrame:
    """Family static: the attributes that settings declare."""
    declared = settings.customers if side == "customer" else settings.products
    place_columns = settings.customers.place if side == "customer" else ()
    out = table[[f"{side}_id"]].copy()
    for column in declared.categorical:
        out[f"static_{side}_{column}"] = table[column].astype("string") if column in table else None
    for column in (*declared.numeric, *place_columns):
        out[f"static_{side}_{column}"] = table[column].astype(float) if column in table else np.nan
    return out.set_index(f"{side}_id")
