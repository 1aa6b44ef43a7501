"""How a run begins: from what a person asked for to a run with its origin, its id and its folder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow.compute as pc

from sodai import __version__
from sodai.data import fingerprint, read_tables, require_rows
from sodai.data.tables import Tables
from sodai.data.values import as_days
from sodai.orchestration.context import (
    RunContext,
    RunInfo,
    run_id_of,
    snapshot_of,
    without_password,
    write_run,
)
from sodai.orchestration.home import Home
from sodai.settings import InputError, Settings, UsageError
from sodai.settings.columns import PURCHASE_DATE

ONE_DAY = timedelta(days=1)
Warn = Callable[[str], None]


@dataclass(frozen=True)
class RunRequest:
    """What a person or an orchestrator asks for.

    Parameters
    ----------
    data : str
        Folder or URL; empty for ``settings.source.url``.
    home : Home
    settings : Settings
        With horizon, trials, seed and engine in it.
    today : date
        No line can be dated after it.
    origin : date, optional
        First day to predict; the day after the last day of the data without it.
    retrain : bool
        Train a challenger whatever the champion's age.
    """

    data: str
    home: Home
    settings: Settings
    today: date
    origin: date | None = None
    retrain: bool = False


def open_run(request: RunRequest, warn: Warn | None = None) -> RunContext:
    """Find or make the run that a request means.

    Raises
    ------
    InputError
        If the data cannot be read or holds nothing before the origin.
    UsageError
        If the origin lies too far after the last day of the data, or in the future of the next day.
    HomeError
        If the home cannot be written.
    """
    settings = request.settings
    tables = read_tables(request.data or None, settings)
    origin, last_day = origin_of(tables, request, warn)
    content = fingerprint(request.data or None, settings)
    info = RunInfo(
        run_id=run_id_of(origin, content, settings, retrain=request.retrain),
        origin=origin,
        horizon_days=settings.horizon_days,
        seed=settings.seed,
        trials=settings.learning.trials,
        retrain=request.retrain,
        data=without_password(request.data or settings.source.url or ""),
        fingerprint=content,
        today=request.today,
        last_day=last_day,
        code_version=__version__,
        settings=snapshot_of(settings),
    )
    write_run(request.home, info)
    kept = RunContext.load(request.home.run_folder(info.run_id)).info
    return RunContext(request.home, kept, settings, request.data or settings.source.url or "")


def origin_of(tables: Tables, request: RunRequest, warn: Warn | None = None) -> tuple[date, date]:
    """Return the origin of a request, and the last day with a line before it: by default the day after.

    Raises
    ------
    InputError
        If a table is empty, or no line is dated before the origin.
    UsageError
        If the origin lies too far after the last known day.
    """
    require_rows(tables)
    newest = _last_day(tables, until=request.today)
    if newest is None:
        raise InputError(
            f"no line is dated on or before today ({request.today})",
            hint="See that purchase_date holds days that have been.",
        )
    origin = request.origin if request.origin is not None else newest + ONE_DAY
    known = _last_day(tables, until=origin - ONE_DAY)
    if known is None:
        raise InputError(f"no line is dated before the origin {origin}", hint="Choose a later --origin.")
    gap = (origin - known).days - 1
    limit = request.settings.orchestration.max_gap_days
    if gap > limit:
        raise UsageError(
            f"the origin {origin} lies {gap} days after the last known day ({known})",
            allowed=f"a gap of up to {limit} days",
            hint="Choose an earlier --origin or deliver the days between.",
        )
    if gap and warn is not None:
        warn(
            f"Nothing is known of the {gap} days before the origin {origin}: the last line is dated {known}."
        )
    return origin, known


def _last_day(tables: Tables, *, until: date) -> date | None:
    days = as_days(tables.lines[PURCHASE_DATE])
    if days is None:
        return None
    known = pc.max(days.filter(pc.fill_null(pc.less_equal(days, until), False)))
    day: date | None = known.as_py()
    return day
