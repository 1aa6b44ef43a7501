"""The calendar of the design: origins, weeks counted back from an origin, target windows.

Week k holds the seven days that end the day before ``origin - 7 * (k - 1)``; it is whole whatever weekday
the origin falls on.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sodai.settings.errors import UsageError

WEEK_DAYS = 7


def week_start(origin: date, k: int) -> date:
    """First day of week ``k`` (k >= 1) before ``origin``.

    >>> week_start(date(2024, 11, 4), 1)
    datetime.date(2024, 10, 28)
    """
    return origin - timedelta(days=WEEK_DAYS * k)


def past_origins(origin: date, first_day: date, horizon_days: int) -> list[date]:
    """Origins before ``origin``, a week apart, newest first, whose target windows end before ``origin``.

    An origin qualifies when its window ``[o, o + horizon_days)`` is fully known and at least one day of
    data precedes it.

    >>> past_origins(date(2024, 1, 29), date(2024, 1, 8), 7)
    [datetime.date(2024, 1, 22), datetime.date(2024, 1, 15)]
    """
    newest = origin - timedelta(days=WEEK_DAYS * -(-horizon_days // WEEK_DAYS))
    return list(_back_from(newest, first_day))


def _back_from(newest: date, first_day: date) -> Iterator[date]:
    current = newest
    while current > first_day:
        yield current
        current -= timedelta(days=WEEK_DAYS)


def origin_range(first: date, last: date) -> list[date]:
    """Origins from ``first`` to ``last`` inclusive, a week apart.

    Raises
    ------
    UsageError
        If ``last`` lies before ``first``.
    """
    if last < first:
        raise UsageError(
            "the range of origins runs backwards",
            got=f"{first}:{last}",
            hint="Write FIRST:LAST, oldest first.",
        )
    return [first + timedelta(days=d) for d in range(0, (last - first).days + 1, WEEK_DAYS)]
