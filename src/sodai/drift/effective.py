"""How many independent rows a weighted sample is worth whose rows share customers.

Lines of one customer resemble each other and sampled negatives carry weights, so a test that counts rows
finds drift everywhere. The variance of a weighted mean is taken over customers (linearisation of a
ratio, Cochran 1977, section 11.7) and turned into the number of unrelated rows of the same variance.
"""

import numpy as np

from sodai.drift.samples import FloatArray, IntArray

MAX_CATEGORIES = 100


def of_numbers(ranks: FloatArray, weight: FloatArray, customer: IntArray) -> float:
    """Effective rows for a numeric column, on its ranks so that a long tail does not decide.

    Parameters
    ----------
    ranks : ndarray of shape (n,)
        Each value's place in the pooled distribution, 0 to 1.
    weight : ndarray of shape (n,)
    customer : ndarray of shape (n,)
        Codes from 0.

    >>> of_numbers(np.array([0.1, 0.4, 0.9]), np.ones(3), np.array([0, 1, 2]))
    3.0
    """
    total = weight.sum()
    # Not ``@``: BLAS brings threads of its own, which get in the way of those that measure columns.
    distance = ranks - np.einsum("i,i", weight, ranks) / total
    residual = weight * distance
    spread = float(np.einsum("i,i", residual, distance)) / total
    by_customer = np.bincount(customer, weights=residual)
    variance = float(by_customer @ by_customer) / total**2
    if spread <= 1e-15:
        return float(len(np.unique(customer)))
    return min(float(len(ranks)), round(float(spread / variance), 6)) if variance > 0 else float(len(ranks))


def of_categories(codes: IntArray, weight: FloatArray, customer: IntArray) -> float:
    """Effective rows for a categorical column: the mean design effect of its shares (Rao and Scott 1984)."""
    total = weight.sum()
    shares = np.bincount(codes, weights=weight) / total
    kept = np.argsort(-shares, kind="stable")[:MAX_CATEGORIES]
    kept = kept[shares[kept] > 0]
    if len(kept) < 2:
        return float(len(np.unique(customer)))
    place = np.full(len(shares), len(kept))
    place[kept] = np.arange(len(kept))
    width = len(kept) + 1
    cells = customer.astype(np.int64) * width + place[codes]
    table = np.bincount(cells, weights=weight, minlength=(int(customer.max()) + 1) * width)
    table = table.reshape(-1, width)
    residual = table[:, :-1] - np.outer(table.sum(axis=1), shares[kept])
    variance = (residual**2).sum(axis=0) / total**2
    inflation = float((variance / shares[kept]).sum())
    freedom = float((1 - shares[kept]).sum())
    return min(float(len(codes)), round(freedom / inflation, 6)) if inflation > 0 else float(len(codes))


def one_value_a_week(values: FloatArray, origin: IntArray) -> bool:
    """Whether all rows of an origin have one value: a calendar or market figure, not one of the pair.

    >>> one_value_a_week(np.array([3.0, 3.0, 5.0]), np.array([0, 0, 1]))
    True
    >>> one_value_a_week(np.array([3.0, 5.0]), np.array([0, 0]))
    False
    """
    first = np.zeros(int(origin.max()) + 1, dtype=values.dtype)
    first[origin[::-1]] = values[::-1]
    return bool((values == first[origin]).all())
