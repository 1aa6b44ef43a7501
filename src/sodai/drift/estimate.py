"""A ratio of sums over rows that share customers, with the error that customers, not rows, give it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sodai.learning.measures import Floats


@dataclass(frozen=True)
class Estimate:
    """A figure, its standard error, and the number of customers behind it."""

    value: float
    error: float
    customers: int

    def interval(self, confidence: float) -> tuple[float, float]:
        """Two-sided Student interval.

        >>> Estimate(1.0, 0.0, 9).interval(0.9)
        (1.0, 1.0)
        """
        width = self.error * float(stats.t.isf((1 - confidence) / 2, max(1, self.customers - 1)))
        return self.value - width, self.value + width

    def p_above(self, margin: float) -> float:
        """One-sided p-value of "not larger than ``margin``"."""
        if self.error <= 0:
            return 0.0 if self.value > margin else 1.0
        return float(stats.t.sf((self.value - margin) / self.error, max(1, self.customers - 1)))


def clustered_ratio(numerator: Floats, denominator: Floats, customer: NDArray[Any]) -> Estimate:
    """Ratio of two sums over rows; its variance by linearisation over customers (Cochran 1977, section 11.7).

    Parameters
    ----------
    numerator, denominator : ndarray of shape (n,)
        The denominator sums to something positive, or the ratio is 0 with an infinite error.
    customer : ndarray of shape (n,)
        Ids or codes.

    >>> clustered_ratio(np.array([1.0, 3.0, 5.0, 7.0]), np.ones(4), np.array([0, 0, 1, 1]))
    Estimate(value=4.0, error=2.0, customers=2)
    """
    codes = np.unique(customer, return_inverse=True)[1]
    top, bottom = np.bincount(codes, weights=numerator), np.bincount(codes, weights=denominator)
    count, total = len(top), float(bottom.sum())
    if count < 2 or total <= 0:
        return Estimate(0.0, float("inf"), count)
    ratio = float(top.sum()) / total
    spread = float(((top - ratio * bottom) ** 2).sum()) * count / (count - 1)
    return Estimate(ratio, float(np.sqrt(spread)) / total, count)
