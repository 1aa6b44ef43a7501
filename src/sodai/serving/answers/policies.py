"""Which of a customer's ranked products are listed, and in which order."""

import numpy as np
from numpy.typing import NDArray

from sodai.serving.schemas.recommendations import Policy

# What a further product of a family, or of a group, that is listed already counts of its score.
SAME_FAMILY = 0.5
SAME_GROUP = 0.8
# Of how many of the best products a diverse list is made.
LONGLIST = 100


def chosen(
    policy: Policy,
    score: NDArray[np.float64],
    bought: NDArray[np.bool_],
    classes: tuple[NDArray[np.int32], NDArray[np.int32]],
    k: int,
) -> NDArray[np.intp]:
    """Positions of the first ``k`` products of a policy.

    Parameters
    ----------
    policy : Policy
    score : ndarray of float64
        Descending.
    bought : ndarray of bool
        Whether the customer ever bought the product.
    classes : tuple of ndarray
        Family and group of each product.
    k : int

    Examples
    --------
    >>> score, bought = np.array([0.9, 0.8, 0.5]), np.array([True, True, False])
    >>> classes = (np.array([0, 0, 1], np.int32), np.array([0, 0, 1], np.int32))
    >>> [chosen(policy, score, bought, classes, 2).tolist() for policy in Policy]
    [[0, 1], [0, 1], [2], [0, 2]]
    """
    if policy is Policy.ALL:
        return np.arange(min(k, len(score)))
    if policy is Policy.DIVERSE:
        return _diverse(score, classes, k)
    wanted = bought if policy is Policy.REPEAT else ~bought
    return np.flatnonzero(wanted)[:k]


def _diverse(
    score: NDArray[np.float64], classes: tuple[NDArray[np.int32], NDArray[np.int32]], k: int
) -> NDArray[np.intp]:
    """Take the best again and again, each time worth less what resembles those taken."""
    size = min(max(k, LONGLIST), len(score))
    family, group = classes[0][:size], classes[1][:size]
    worth = score[:size].copy()
    taken: list[int] = []
    for _ in range(min(k, size)):
        best = int(np.argmax(worth))
        taken.append(best)
        worth[family == family[best]] *= SAME_FAMILY
        worth[(group == group[best]) & (family != family[best])] *= SAME_GROUP
        worth[best] = -1.0
    return np.array(taken, np.intp)
