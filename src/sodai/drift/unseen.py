"""Business that the champion cannot know: purchases of codes and of attribute values that it never saw.

Catalogues turn over all the time, so the share that is new is held against the same share, at the same lag,
in weeks before: how much of a past week fell on what was new since as many weeks before it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sodai.drift.deliveries import Deliveries
from sodai.drift.estimate import Estimate, clustered_ratio
from sodai.drift.samples import IntArray

USUAL_QUANTILE: Final = 0.9
FEWEST_PAST_WEEKS: Final = 3


@dataclass(frozen=True)
class Unseen:
    """One attribute (or the product's own code).

    Parameters
    ----------
    attribute : str
    share, error : float
        Of the newest week's purchases, the share on values that the champion never saw; over customers.
    usual : float
        Upper decile of the same share in past weeks at the same lag.
    p_value : float
        Of "not above the usual".
    value : str
        The unseen value with most purchases.
    """

    attribute: str
    share: float
    error: float
    usual: float
    p_value: float
    value: str

    @property
    def excess(self) -> float:
        """Share beyond the usual."""
        return self.share - self.usual


def unseen(deliveries: Deliveries, lag_weeks: int) -> tuple[Unseen, ...]:
    """Judge every attribute.

    Parameters
    ----------
    deliveries : Deliveries
    lag_weeks : int
        Whole weeks between the end of what the champion learned from and the origin; below 1 nothing can be
        unseen.
    """
    if lag_weeks < 1 or not len(deliveries):
        return ()
    return tuple(
        _judge(name, values, deliveries, lag_weeks) for name, values in deliveries.attributes.items()
    )


def _judge(name: str, values: NDArray[np.str_], deliveries: Deliveries, lag: int) -> Unseen:
    known, codes = np.unique(values, return_inverse=True)
    first = np.zeros(len(known), dtype=np.int64)
    np.maximum.at(first, codes, deliveries.week)
    newest = int(deliveries.week.max())
    now = _share(codes, first, deliveries, 1, lag)
    # The first weeks are new altogether: a past week counts once the lag and as much again is known.
    past = [
        _share(codes, first, deliveries, week, lag).value for week in range(1 + lag, newest - 2 * lag + 1)
    ]
    usual = float(np.quantile(past, USUAL_QUANTILE)) if len(past) >= FEWEST_PAST_WEEKS else 0.0
    new = (deliveries.week == 1) & (first[codes] <= lag) & (values != "")
    counted = np.bincount(codes[new], minlength=len(known))
    value = str(known[int(counted.argmax())]) if new.any() else ""
    error = now.error if np.isfinite(now.error) else 1.0
    return Unseen(
        name, now.value, error, usual, Estimate(now.value, error, now.customers).p_above(usual), value
    )


def _share(codes: IntArray, first: IntArray, deliveries: Deliveries, week: int, lag: int) -> Estimate:
    rows = deliveries.week == week
    new = first[codes[rows]] < week + lag
    return clustered_ratio(new.astype(np.float64), np.ones(int(rows.sum())), deliveries.customer[rows])
