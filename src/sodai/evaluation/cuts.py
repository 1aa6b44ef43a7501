"""The cut behind F1: the probability from which on earlier weeks' F1 was best."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from sodai.evaluation.pooled import Ranked
from sodai.evaluation.weeks import Floats


class CutHistory:
    """The last few weeks of one score: all probabilities, and those of what was bought, both sorted."""

    def __init__(self, weeks: int) -> None:
        self._weeks: deque[tuple[Floats, Floats]] = deque(maxlen=weeks)

    def add(self, ranked: Ranked) -> None:
        """Remember a week; the oldest is forgotten when there are too many."""
        ascending = ranked.order[::-1]
        p = ranked.probability[ascending]
        self._weeks.append((p, p[ranked.week.label[ascending]]))

    def best(self) -> float:
        """Choose the cut for the next week; NaN when nothing was bought in the weeks remembered."""
        return best_cut(self._weeks)


def best_cut(weeks: Sequence[tuple[Floats, Floats]]) -> float:
    """Find the cut with the best pooled F1, the highest of several.

    Only probabilities of bought pairs can be best: lowering the cut below one without reaching the next adds
    nothing but false calls.

    Parameters
    ----------
    weeks : sequence of pairs of arrays
        All probabilities of a week, ascending, and those of the bought pairs, ascending.

    Examples
    --------
    >>> best_cut([(np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.9]), np.array([0.1, 0.9]))])
    0.9
    >>> best_cut([(np.array([0.1, 0.2, 0.6, 0.9]), np.array([0.6, 0.9]))])
    0.6
    """
    cuts = np.unique(np.concatenate([bought for _, bought in weeks])) if weeks else np.empty(0)
    if not len(cuts):
        return float("nan")
    called = np.sum([len(p) - np.searchsorted(p, cuts, side="left") for p, _ in weeks], axis=0)
    hits = np.sum([len(bought) - np.searchsorted(bought, cuts, side="left") for _, bought in weeks], axis=0)
    f1 = 2 * hits / (called + sum(len(bought) for _, bought in weeks))
    return float(cuts[len(cuts) - 1 - int(np.argmax(f1[::-1]))])
