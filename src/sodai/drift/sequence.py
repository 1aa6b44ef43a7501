"""Watching a mean week after week without inflating the error: an asymptotic confidence sequence.

Theorem 2.2 of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), "Time-uniform central limit theory and
asymptotic confidence sequences": the half-width after t observations of standard deviation s is

    s * sqrt((t r^2 + 1) / (t^2 r^2) * log((t r^2 + 1) / a^2))

for all t at once with probability 1 - a; r is chosen to be tightest at one t.
"""

import math


def half_width(count: float, deviation: float, *, error: float, tightest_at: float) -> float:
    """Half-width after ``count`` observations, valid at every count at once.

    Parameters
    ----------
    count : float
        Observations so far; below 1 nothing is known.
    deviation : float
        Standard deviation of one observation.
    error : float
        Chance that the sequence ever misses the mean, two-sided.
    tightest_at : float
        The count at which it is to be tightest.

    >>> round(half_width(4, 1.0, error=0.05, tightest_at=4), 3)
    1.518
    >>> half_width(0, 1.0, error=0.05, tightest_at=4)
    inf
    """
    if count < 1:
        return math.inf
    scale = (-2 * math.log(error) + math.log(-2 * math.log(error) + 1)) / tightest_at
    grown = count * scale + 1
    return deviation * math.sqrt(grown / (count**2 * scale) * math.log(grown / error**2))
