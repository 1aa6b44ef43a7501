"""Family ``calendar``: what is known of the target window from the calendar alone."""

import math
from collections.abc import Callable
from datetime import date, timedelta

import holidays
import ibis
import ibis.expr.types as ir
import pandas as pd

from sodai.features.catalogue import Feature
from sodai.features.past import Past
from sodai.settings import Settings
from sodai.settings.columns import ORIGIN

FAMILY = "calendar"
FAR_DAYS = 30


def _year_angle(origin: date) -> float:
    return 2 * math.pi * origin.timetuple().tm_yday / 365.25


def _holidays_within(origin: date, first: int, days: int, closed: "holidays.HolidayBase") -> int:
    return sum(origin + timedelta(days=d) in closed for d in range(first, first + days))


def _days_to_holiday(origin: date, closed: "holidays.HolidayBase") -> int:
    return next((d for d in range(FAR_DAYS) if origin + timedelta(days=d) in closed), FAR_DAYS)


def _month_ends(origin: date, days: int) -> int:
    return sum((origin + timedelta(days=d + 1)).day == 1 for d in range(days))


Rule = Callable[[date, int, "holidays.HolidayBase"], float]
RULES: dict[str, tuple[str, str, Rule]] = {
    "calendar_holidays": (
        "days",
        "Public holidays in the target window.",
        lambda o, h, c: _holidays_within(o, 0, h, c),
    ),
    "calendar_holidays_after": (
        "days",
        "Public holidays in the seven days after the target window.",
        lambda o, h, c: _holidays_within(o, h, 7, c),
    ),
    "calendar_holidays_before": (
        "days",
        "Public holidays in the seven days before the origin.",
        lambda o, _, c: _holidays_within(o, -7, 7, c),
    ),
    "calendar_days_to_holiday": (
        "days",
        f"Days from the origin to the next public holiday, at most {FAR_DAYS}.",
        lambda o, _, c: _days_to_holiday(o, c),
    ),
    "calendar_month_day": ("day", "Day of the month of the origin.", lambda o, _h, _c: o.day),
    "calendar_month_ends": (
        "days",
        "1 if a month ends within the target window.",
        lambda o, h, _: _month_ends(o, h),
    ),
    "calendar_year_sin": (
        "sine",
        "Season: sine of the day of the year as an angle.",
        lambda o, _h, _c: math.sin(_year_angle(o)),
    ),
    "calendar_year_cos": (
        "cosine",
        "Season: cosine of the day of the year as an angle.",
        lambda o, _h, _c: math.cos(_year_angle(o)),
    ),
}
FEATURES = tuple(Feature(name, FAMILY, meaning, unit) for name, (unit, meaning, _) in RULES.items())


def calendar_of(past: Past) -> ir.Table:
    """One row an origin: origin and the calendar features, for the country that settings name."""
    settings: Settings = past.settings
    years = {o.year + d for o in past.moments for d in (-1, 0, 1)}
    closed = holidays.country_holidays(settings.features.country, years=years)
    rows = [
        {ORIGIN: o, **{n: float(rule(o, settings.horizon_days, closed)) for n, (_, _, rule) in RULES.items()}}
        for o in sorted(past.moments)
    ]
    schema = {ORIGIN: "date", **dict.fromkeys(RULES, "float64")}
    return ibis.memtable(pd.DataFrame(rows), schema=schema)
