"""Time order: what may be learnt from when something later is to be judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodai.settings import UsageError


@dataclass(frozen=True)
class Split:
    """Origins to fit on and later origins to judge on, oldest first."""

    train: tuple[date, ...]
    held: tuple[date, ...]


def known_before(origins: Iterable[date], day: date, horizon_days: int) -> list[date]:
    """Origins whose target window ended before ``day``.

    >>> known_before([date(2024, 1, 1), date(2024, 1, 8)], date(2024, 1, 14), 7)
    [datetime.date(2024, 1, 1)]
    """
    return sorted(origin for origin in origins if origin + timedelta(days=horizon_days) <= day)


def hold_out(origins: Sequence[date], weeks: int, horizon_days: int) -> Split | None:
    """Keep the newest ``weeks`` origins to judge on; fit on those whose target windows ended before them.

    A short history keeps fewer: at most a third of its origins, at least one. None where nothing is left to
    fit on.
    """
    ordered = sorted(origins)
    for kept in range(min(weeks, max(1, len(ordered) // 3)), 0, -1):
        held = ordered[-kept:] if len(ordered) >= kept else []
        train = known_before(ordered, held[0], horizon_days) if held else []
        if train:
            return Split(tuple(train), tuple(held))
    return None


def check_time_order(train: NDArray[np.datetime64], day: date, horizon_days: int) -> None:
    """Refuse rows whose target window reaches ``day`` or later.

    Raises
    ------
    UsageError
        If there is such a row: a model fitted on it would have seen what it is judged on.
    """
    if not len(train):
        return
    newest: Any = train.max()
    if newest.item() + timedelta(days=horizon_days) > day:
        raise UsageError(
            f"rows of origin {newest} may not be learnt from to predict {day}",
            allowed=f"origins up to {day - timedelta(days=horizon_days)}",
        )


def among(origin: NDArray[np.datetime64], days: Iterable[date]) -> NDArray[np.bool_]:
    """Rows whose origin is one of ``days``."""
    return np.isin(origin, np.array(list(days), dtype="datetime64[D]"))


def sample_rows(rows: int, most: int, seed: int) -> NDArray[np.intp]:
    """Positions of at most ``most`` rows, in order, each row as likely as any other."""
    if rows <= most:
        return np.arange(rows, dtype=np.intp)
    return np.sort(np.random.default_rng(seed).permutation(rows)[:most])
