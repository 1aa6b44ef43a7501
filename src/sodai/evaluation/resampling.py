"""The bootstrap over customers: weights for the replicates, and intervals from what they give.

All metrics of the room take a matrix of customer weights, one column a replicate; the first column is all
ones, so the figure itself and its replicates come from one computation, and two scores judged with one
matrix are paired.
"""

from dataclasses import dataclass

import numpy as np

from sodai.evaluation.pooled import ratio
from sodai.evaluation.weeks import Floats

_STREAM = 0x5EED


@dataclass(frozen=True)
class Interval:
    """A figure and the interval around it; NaN where it is not defined (``null`` in JSON)."""

    value: float
    low: float
    high: float


def customer_weights(n_customers: int, replicates: int, seed: int) -> Floats:
    """How often each customer is drawn: shape (customers, 1 + replicates), the first column ones.

    A customer is drawn with all rows of all weeks: they are not independent of each other.
    """
    rng = np.random.default_rng([seed, _STREAM])
    weights = np.ones((n_customers, 1 + replicates))
    for column in range(1, 1 + replicates):
        weights[:, column] = np.bincount(rng.integers(0, n_customers, n_customers), minlength=n_customers)
    return weights


def mean_over_weeks(by_week: Floats) -> Floats:
    """Mean of each replicate over the weeks in which it is defined; NaN when there is none.

    >>> mean_over_weeks(np.array([[1.0, np.nan], [3.0, np.nan]])).tolist()
    [2.0, nan]
    """
    defined = np.isfinite(by_week)
    return ratio(np.where(defined, by_week, 0.0).sum(0), defined.sum(0))


def interval(replicates: Floats, confidence: float, low: float = -np.inf, high: float = np.inf) -> Interval:
    """Centred percentile interval.

    Quantiles of the replicates' deviations from their own median are laid around the figure, so that it
    always lies inside. For smooth metrics this is the percentile interval; for those that resampling shifts
    (coverage falls, ECE rises when customers are drawn twice) the shift is taken out.

    Parameters
    ----------
    replicates : ndarray
        The figure first, then its replicates.
    confidence : float
        E.g. 0.95.
    low, high : float
        The range of the metric.

    Examples
    --------
    >>> interval(np.array([0.5, 0.4, 0.5, 0.6]), 0.5)
    Interval(value=0.5, low=0.45, high=0.55)
    """
    value = float(replicates[0])
    draws = replicates[1:][np.isfinite(replicates[1:])]
    if not np.isfinite(value) or len(draws) < 2:
        return Interval(value, float("nan"), float("nan"))
    tail = (1 - confidence) / 2
    below, above = np.quantile(draws - np.median(draws), (tail, 1 - tail))
    return Interval(value, float(max(low, value + below)), float(min(high, value + above)))
