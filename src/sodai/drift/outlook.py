"""What quality the coming week will have, from the champion's probabilities alone.

If probabilities are calibrated, each pair is a purchase with that probability, and the expected precision at
every place of the list follows. What that estimate missed in past weeks corrects it, and says how much it can
be trusted.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sodai.drift.judged import Judged
from sodai.learning.measures import Floats, average_precision


@dataclass(frozen=True)
class Outlook:
    """Expected PR-AUC of the coming week with its interval; None bounds with fewer than three past weeks."""

    pr_auc: float
    low: float | None
    high: float | None
    past_weeks: int


def expected_precision(probability: Floats, weight: Floats) -> float:
    """Area under the precision-recall curve to be expected of calibrated probabilities.

    >>> expected_precision(np.array([1.0, 1.0, 0.0]), np.ones(3))
    1.0
    """
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum((weight * probability)[order])
    shown = np.cumsum(weight[order])
    total = float(hits[-1]) if len(hits) else 0.0
    return float((np.diff(hits, prepend=0.0) * hits / shown).sum() / total) if total > 0 else 0.0


def outlook(past: list[Judged], coming: Floats, confidence: float) -> Outlook:
    """Look ahead.

    Parameters
    ----------
    past : list of Judged
        Weeks that are over, one origin each.
    coming : ndarray of float64
        The champion's probability of every candidate pair of the coming week.
    """
    expected = expected_precision(coming, np.ones(len(coming)))
    missed = np.array(
        [
            average_precision(week.label, week.champion, week.weight)
            - expected_precision(week.champion, week.weight)
            for week in past
        ]
    )
    if len(missed) < 3:
        return Outlook(expected, None, None, len(missed))
    middle = expected + float(missed.mean())
    spread = float(missed.std(ddof=1)) * np.sqrt(1 + 1 / len(missed))
    width = spread * float(stats.t.isf((1 - confidence) / 2, len(missed) - 1))
    return Outlook(middle, max(0.0, middle - width), min(1.0, middle + width), len(missed))
