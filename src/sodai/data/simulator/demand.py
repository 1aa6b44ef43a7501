"""What moves the whole company: seasons, holidays, good and bad weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import numpy as np

from sodai.data.simulator.catalogue import SUB_CATEGORIES, Families
from sodai.data.simulator.chance import Floats, Ints, generator
from sodai.data.simulator.spec import CompanySpec
from sodai.settings.weeks import WEEK_DAYS

# Monday to Sunday: share of the orders of an ordinary week.
_WEEKDAYS = np.array([0.20, 0.16, 0.15, 0.19, 0.18, 0.07, 0.026])
# Days on which Chilean shops must close by law (Ley 19.973), and the little that is delivered all the same.
_MUST_CLOSE = {(1, 1), (5, 1), (9, 18), (9, 19), (12, 25)}
_CLOSED, _HOLIDAY = 0.06, 0.55
# Runs of days before Fiestas Patrias and the end of the year: (first, last, extra demand).
_PEAKS = (((9, 9), (9, 17), 0.45), ((12, 12), (12, 31), 0.80))
# Amplitude of the yearly wave of each sub-category's log-demand, highest in mid-January.
_SEASON = dict(zip(SUB_CATEGORIES, (0.06, 0.12, 0.02, 0.28, -0.08), strict=True))
_SUMMER_DAY = 15
_NOISE_SD, _NOISE_MEMORY = 0.12, 0.8
_DIPS_A_YEAR, _STRONG_A_YEAR = 3.5, 3.0


@dataclass(frozen=True)
class Demand:
    """Known at the start of each week.

    Parameters
    ----------
    volume : float array, weeks
        Factor on the rate of orders.
    season : float array, weeks x sub-categories
        Factor on the demand for products.
    days : float array, weeks x 7
        Pull of each day of the week on orders.
    """

    volume: Floats
    season: Floats
    days: Floats


def build_demand(spec: CompanySpec) -> Demand:
    """Draw the company's weeks, with one more than the history has: the one to be predicted."""
    weeks = spec.weeks + 1
    dates = [spec.first_day + timedelta(days=d) for d in range(WEEK_DAYS * weeks)]
    years = range(dates[0].year, dates[-1].year + 1)
    free = {(d.month, d.day, d.year) for d in holidays.country_holidays("CL", years=years)}
    peak = np.array([1 + _extra(day) for day in dates]).reshape(weeks, WEEK_DAYS)
    pull = np.array([_WEEKDAYS[day.weekday()] * _open(day, free) for day in dates]).reshape(weeks, WEEK_DAYS)
    doy = np.array([day.timetuple().tm_yday for day in dates[3::WEEK_DAYS]])
    wave = np.cos(2 * np.pi * (doy - _SUMMER_DAY) / 365.25)
    season = np.exp(wave[:, None] * np.array(list(_SEASON.values())))
    return Demand(volume=_shocks(spec) * peak.mean(axis=1), season=season, days=pull * peak)


def family_season(demand: Demand, families: Families, week: int) -> Floats:
    """Give the factor on each family's demand in a week; 0 when it is not on sale."""
    on_sale = (families.first_week <= week) & (week <= families.last_week)
    out: Floats = np.where(on_sale, demand.season[week][families.sub_category], 0.0)
    return out


def wander(current: Floats, noise: Floats, memory: float, sd: float) -> Floats:
    """Move a stationary AR(1) of standard deviation ``sd`` one week on."""
    out: Floats = memory * current + np.sqrt(1 - memory**2) * sd * noise
    return out


def _shocks(spec: CompanySpec) -> Floats:
    """Log-noise with memory, spells of weeks at 40 to 60 %, and single strong weeks."""
    rng = generator(spec.seed, "shocks")
    weeks = spec.weeks + 1
    log = np.zeros(weeks)
    state = 0.0
    for week, noise in enumerate(rng.normal(size=weeks)):
        state = _NOISE_MEMORY * state + np.sqrt(1 - _NOISE_MEMORY**2) * _NOISE_SD * noise
        log[week] = state
    for start in _some_weeks(rng, weeks, _DIPS_A_YEAR):
        log[start : start + rng.integers(1, 5)] += np.log(rng.uniform(0.38, 0.58))
    for start in _some_weeks(rng, weeks, _STRONG_A_YEAR):
        log[start] += np.log(rng.uniform(1.2, 1.5))
    out: Floats = np.exp(spec.shocks * np.maximum(log, np.log(0.35)))
    return out


def _some_weeks(rng: np.random.Generator, weeks: int, a_year: float) -> Ints:
    return rng.integers(0, weeks, int(a_year * weeks / 52 + rng.random()))


def _open(day: date, free: set[tuple[int, int, int]]) -> float:
    if (day.month, day.day) in _MUST_CLOSE:
        return _CLOSED
    return _HOLIDAY if (day.month, day.day, day.year) in free else 1.0


def _extra(day: date) -> float:
    return max((extra for first, last, extra in _PEAKS if first <= (day.month, day.day) <= last), default=0.0)
