"""Where the champion errs: purchases over expected ones by attribute, and what the error costs.

Within each value of an attribute, ``r`` is what was bought over what was expected, both at the level of the
week. Expected purchases ``E`` that are wrong by a factor ``r`` cost ``E (r log r - r + 1)`` nats, half the
Poisson deviance (McCullagh and Nelder 1989, section 2.3), which a model that knew ``r`` would not lose.
Chance alone costs some; the same sum in healthy weeks says how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from sodai.drift.judged import Judged
from sodai.learning.measures import Floats

FEWEST_EXPECTED: Final = 5.0
FEWEST_WEEKS: Final = 3
SMALLEST: Final = 1e-4


@dataclass(frozen=True)
class Misfit:
    """One attribute in the newest week.

    Parameters
    ----------
    attribute : str
    loss, usual : float
        Share of the champion's log-loss that its errors by this attribute cost, now and in healthy weeks.
    p_value, q_value : float
        Of "not larger than in healthy weeks", before and after Benjamini-Hochberg over the attributes.
    value : str
        The value that costs most, with what was bought over what was expected of it (``ratio``).
    ratio : float
    """

    attribute: str
    loss: float
    usual: float
    p_value: float
    q_value: float
    value: str
    ratio: float

    @property
    def excess(self) -> float:
        """Loss beyond the usual."""
        return self.loss - self.usual


def misfits(healthy: Sequence[Judged], newest: Judged) -> tuple[Misfit, ...]:
    """Judge every attribute of the newest week against the same attribute in healthy weeks.

    Parameters
    ----------
    healthy : sequence of Judged
        One week each. Fewer than three give no answer.
    newest : Judged
        One week.
    """
    if len(healthy) < FEWEST_WEEKS:
        return ()
    names = [name for name, values in newest.attributes.items() if len(np.unique(values)) > 1]
    if not names:
        return ()
    past = [_by_attribute(week, names) for week in healthy]
    now = _by_attribute(newest, names)
    found = [_misfit(name, [p[name][0] for p in past if name in p], now[name]) for name in names]
    adjusted = stats.false_discovery_control([m.p_value for m in found])
    return tuple(Misfit(**{**vars(m), "q_value": float(q)}) for m, q in zip(found, adjusted, strict=True))


def _misfit(name: str, past: list[float], now: tuple[float, str, float]) -> Misfit:
    """Prediction interval of one more healthy week, on square roots: they stabilise a chi-square's spread."""
    loss, value, ratio = now
    count = len(past)
    if count < FEWEST_WEEKS:
        return Misfit(name, loss, loss, 1.0, 1.0, value, ratio)
    roots = np.sqrt(past)
    middle = float(roots.mean())
    # Few weeks know little of their own spread: it is not taken to be smaller than a quarter of their mean.
    deviation = max(float(roots.std(ddof=1)), 0.25 * middle, SMALLEST) * float(np.sqrt(1 + 1 / count))
    p_value = float(stats.t.sf((np.sqrt(loss) - middle) / deviation, count - 1))
    return Misfit(name, loss, float(np.mean(past)), p_value, 1.0, value, ratio)


def _by_attribute(week: Judged, names: Sequence[str]) -> dict[str, tuple[float, str, float]]:
    """Share of the week's log-loss by attribute, the value that costs most, and its ratio."""
    expected = week.levelled(week.champion)
    total = max(float(week.losses(expected).sum()), 1e-12)
    return {
        name: _costs(week.attributes[name], week.weight * expected, week.weight * week.label, total)
        for name in names
        if name in week.attributes
    }


def _costs(
    values: NDArray[np.str_], expected: Floats, bought: Floats, total: float
) -> tuple[float, str, float]:
    known, codes = np.unique(values, return_inverse=True)
    sums = np.bincount(codes, weights=expected), np.bincount(codes, weights=bought)
    # What is hardly expected at all is new: that is for `sodai.drift.unseen` to judge.
    enough = (sums[0] >= FEWEST_EXPECTED) & (known != "")
    if not enough.any():
        return 0.0, "", 1.0
    ratio = sums[1][enough] / sums[0][enough]
    cost = sums[0][enough] * (special.xlogy(ratio, ratio) - ratio + 1)
    worst = int(np.argmax(cost))
    return float(cost.sum()) / total, str(known[enough][worst]), float(ratio[worst])
