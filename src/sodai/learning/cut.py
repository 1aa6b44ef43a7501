"""Where to cut probabilities into buy and not buy."""

import numpy as np
from numpy.typing import NDArray


def buy_cut(probability: NDArray[np.float64]) -> float:
    """Smallest probability that still counts as buy, so that the expected F1 over all pairs is highest.

    Of the k likeliest pairs, the sum of their probabilities is expected to buy; with s that sum and S the sum
    over all pairs, F1 = 2 s / (k + S): the ratio of expectations, close to the expectation of the ratio for
    more than a few dozen pairs (Ye, Chai, Lee, Chieu 2012, Optimizing F-measure, ICML). Pairs with one
    probability stay together. Without any chance of a purchase, nothing is a buy: the cut is 1.

    Examples
    --------
    S = 1.5. One pair: 2 * 0.8 / (1 + 1.5) = 0.64; two: 2 * 1.3 / 3.5 = 0.743; three: 2 * 1.5 / 4.5 = 0.667.

    >>> buy_cut(np.array([0.2, 0.8, 0.5]))
    0.5
    """
    ordered = -np.sort(-probability)
    total = float(ordered.sum())
    if total <= 0:
        return 1.0
    expected = 2 * np.cumsum(ordered) / (np.arange(1, len(ordered) + 1) + total)
    last_of_tie = np.append(ordered[1:] != ordered[:-1], True)
    return float(ordered[np.argmax(np.where(last_of_tie, expected, -1.0))])
