"""How far a column moved, with an error over customers, against how far it moves in healthy weeks.

The effect is the Jensen-Shannon distance of the two sides. Past weeks, cut in the same way and at the same
lag, say how large it is when nothing is wrong: they know the sample size, the trend that every feature with
a memory has, and the season as far as the history reaches. The test is of "larger than that by as much as
matters", never of "not equal".

Both today and in the past the reference is the same number of weeks: a feature that has always had a trend
lies the further from its past the more of it is looked at.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sodai.drift.counts import Counts
from sodai.drift.estimate import Estimate
from sodai.drift.samples import FloatArray, Pooled
from sodai.drift.statistics import jensen_shannon_rows

FEWEST_HEALTHY: Final = 3
USUAL_QUANTILE: Final = 0.9


@dataclass(frozen=True)
class Movement:
    """A column's effect.

    Parameters
    ----------
    effect : Estimate
        Jensen-Shannon distance and its error over customers (delete-a-group jackknife).
    usual : float or None
        Upper decile of the same distance in healthy weeks; None with fewer than three of them.
    since : int or None
        Code of the first recent origin from which on the single weeks lie beyond ``margin``.
    margin : float
        What the effect must exceed.
    """

    effect: Estimate
    usual: float | None
    since: int | None
    margin: float


def movement(pooled: Pooled, counts: Counts, smallest: float) -> Movement:
    """Measure one column.

    Parameters
    ----------
    pooled : Pooled
    counts : Counts
        Masses of the column's cells (bins or categories).
    smallest : float
        How far beyond the usual is far enough to matter; it stands for the usual where that is not known.
    """
    (older, newer), span = counts.weekly, pooled.span
    usual = _usual(older, len(newer), pooled.gap_weeks, span)
    margin = smallest + (smallest if usual is None else usual)
    single = jensen_shannon_rows(older[-span:].sum(axis=0)[None, :], newer)
    quiet = np.flatnonzero(single <= margin)
    first = 0 if not len(quiet) else int(quiet[-1]) + 1
    return Movement(_jackknifed(*counts.grouped), usual, first if first < len(single) else None, margin)


def _jackknifed(old: FloatArray, new: FloatArray) -> Estimate:
    groups = len(old)
    effect = float(jensen_shannon_rows(old.sum(axis=0)[None, :], new.sum(axis=0)[None, :])[0])
    without = jensen_shannon_rows(old.sum(axis=0) - old, new.sum(axis=0) - new)
    error = np.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum())
    return Estimate(effect, float(error), groups)


def _usual(weekly: FloatArray, recent: int, gap: int, span: int) -> float | None:
    """Upper decile of the distance over all cuts of the reference that look like the cut of today."""
    total = np.cumsum(np.vstack([np.zeros(weekly.shape[1]), weekly]), axis=0)
    ends = np.arange(span + gap + recent, len(weekly) + 1)
    if len(ends) < FEWEST_HEALTHY:
        return None
    last = ends - recent - gap
    before, now = total[last] - total[last - span], total[ends] - total[ends - recent]
    return float(np.quantile(jensen_shannon_rows(before, now), USUAL_QUANTILE))
