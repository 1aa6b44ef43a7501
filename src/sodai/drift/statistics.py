"""Distances and tests between two weighted distributions, given as masses over shared values or categories.

Every function takes masses that sum to 1 on each side. Sample sizes are *effective* ones: see
:mod:`sodai.drift.effective`. SciPy computes what it has in a form that takes weights.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from sodai.drift.samples import FloatArray

FLOOR = 1e-4
MIN_EXPECTED = 5.0


@dataclass(frozen=True)
class Sizes:
    """Effective numbers of rows of the reference and of the recent sample."""

    reference: float
    recent: float

    @property
    def harmonic(self) -> float:
        """The ``n m / (n + m)`` of two-sample tests."""
        return self.reference * self.recent / (self.reference + self.recent)


def kolmogorov_smirnov(gap: float, sizes: Sizes) -> tuple[float, float]:
    """Return the largest gap between two distribution functions and its asymptotic two-sided p-value.

    Notes
    -----
    ``scipy.stats.ks_2samp`` knows no weights; with equal weights and unrelated rows both numbers are those of
    ``ks_2samp(method="asymp")``.
    """
    gap = 0.0 if gap < 1e-12 else min(gap, 1.0)
    return gap, float(stats.kstwo.sf(gap, max(1, round(sizes.harmonic))))


def wasserstein(values: FloatArray, mixture: FloatArray, gaps: FloatArray) -> float:
    """First Wasserstein distance in standard deviations of the equal mixture of both samples.

    The integral of ``|F - G|`` (Villani 2003, theorem 2.18) on values that are sorted already;
    ``scipy.stats.wasserstein_distance`` gives the same number after three more sorts.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Ascending, not necessarily distinct.
    mixture : ndarray of shape (n,)
        Mass of each in the equal mixture.
    gaps : ndarray of shape (n,)
        Reference less recent distribution function after each.

    >>> wasserstein(np.array([0.0, 1.0]), np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    2.0
    """
    mean = float(np.einsum("i,i", mixture, values))
    distance = values - mean
    deviation = float(np.sqrt(np.einsum("i,i,i", mixture, distance, distance)))
    if deviation <= 1e-12 * max(1.0, abs(mean)):
        return 0.0
    steps = np.subtract(values[1:], values[:-1], out=distance[1:])
    steps *= gaps[:-1]
    return float(np.abs(steps, out=steps).sum()) / deviation


def population_stability(reference: FloatArray, recent: FloatArray) -> float:
    """Return the population stability index, which stays finite: masses below ``FLOOR`` count as it.

    >>> round(population_stability(np.array([0.5, 0.5]), np.array([0.6, 0.4])), 6)
    0.040547
    """
    old, new = np.maximum(reference, FLOOR), np.maximum(recent, FLOOR)
    return float(((new - old) * np.log(new / old)).sum())


def stability_noise(reference: FloatArray, recent: FloatArray, sizes: Sizes) -> float:
    """Return the PSI that sampling alone is expected to give: ``(B - 1)(1/n + 1/m)`` (Yurdakul 2018)."""
    filled = int(((reference > 0) | (recent > 0)).sum())
    return (filled - 1) / sizes.harmonic


def jensen_shannon(reference: FloatArray, recent: FloatArray) -> float:
    """Jensen-Shannon distance to the base 2: 0 for equal masses, 1 for masses that share nothing."""
    mixture = (reference + recent) / 2
    divergence = (special.rel_entr(reference, mixture) + special.rel_entr(recent, mixture)).sum() / 2
    # rounding may leave a divergence of nothing below zero, where scipy's own distance is NaN
    return float(np.sqrt(divergence / np.log(2))) if divergence > 1e-15 else 0.0


def jensen_shannon_rows(reference: FloatArray, recent: FloatArray) -> FloatArray:
    """Distance as `jensen_shannon` of each row of two tables of masses, which need not sum to 1.

    >>> jensen_shannon_rows(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 3.0], [2.0, 2.0]])).tolist()
    [1.0, 0.0]
    """
    old, new = (m / np.maximum(m.sum(axis=1, keepdims=True), 1e-300) for m in (reference, recent))
    mixture = (old + new) / 2
    divergence = (special.rel_entr(old, mixture) + special.rel_entr(new, mixture)).sum(axis=1) / 2
    distance: FloatArray = np.sqrt(np.where(divergence > 1e-15, divergence, 0.0) / np.log(2))
    return distance


def chi_square(reference: FloatArray, recent: FloatArray, sizes: Sizes) -> tuple[float, float, float]:
    """Two-sample chi-square statistic, its p-value and bias-corrected Cramer's V.

    Categories in which either side expects fewer than ``MIN_EXPECTED`` rows are tested together. Masses are
    scaled to the effective sizes (first-order correction of Rao and Scott 1984). V: Bergsma 2013.

    >>> even = np.array([0.5, 0.5])
    >>> chi_square(even, even, Sizes(100, 100))
    (0.0, 1.0, 0.0)
    """
    table = np.vstack([reference * sizes.reference, recent * sizes.recent])
    total = table.sum()
    expected = table.sum(axis=0) * min(sizes.reference, sizes.recent) / total
    rare = expected < MIN_EXPECTED
    if rare.any():
        table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
        table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 0.0, 1.0, 0.0
    found = stats.chi2_contingency(table, correction=False)
    statistic = float(found.statistic)
    return statistic, float(found.pvalue), _cramers_v(statistic, float(total), table.shape[1])


def _cramers_v(statistic: float, total: float, categories: int) -> float:
    phi = max(0.0, statistic / total - (categories - 1) / (total - 1))
    rows = 2 - 1 / (total - 1)
    columns = categories - (categories - 1) ** 2 / (total - 1)
    return float(np.sqrt(phi / min(rows - 1, columns - 1)))
