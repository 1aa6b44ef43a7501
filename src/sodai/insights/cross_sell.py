"""What goes with what: products bought by the same customer on the same day (association rules).

Support, confidence and lift as in Agrawal, Imielinski and Swami 1993 and Brin et al. 1997.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Associations:
    """Pairs of products, each in both directions, the highest lift first.

    Attributes
    ----------
    product, other : ndarray of int64
        Positions of the two.
    baskets : ndarray of int64
        Baskets with both.
    support, confidence, lift : ndarray of float64
        Share of all baskets with both; of those with ``product`` that have ``other``; that over the share of
        all baskets with ``other``.
    total : int
        Number of baskets.
    """

    product: Ints
    other: Ints
    baskets: Ints
    support: Floats
    confidence: Floats
    lift: Floats
    total: int


def associations(basket: NDArray[np.int64], product: NDArray[np.int32], least: int) -> Associations:
    """Count which products share a basket.

    Parameters
    ----------
    basket, product : ndarray
        One row a product in a basket.
    least : int
        Baskets that a pair must share to be named.

    Examples
    --------
    >>> found = associations(np.array([1, 1, 2, 2, 3]), np.array([0, 1, 0, 1, 2], np.int32), least=1)
    >>> found.product.tolist(), found.other.tolist(), found.lift.tolist()
    ([0, 1], [1, 0], [1.5, 1.5])
    """
    names, row = np.unique(basket, return_inverse=True)
    width = int(product.max()) + 1 if len(product) else 1
    cells = np.unique(row.astype(np.int64) * width + product)
    held = csr_array(
        (np.ones(len(cells), np.int64), (cells // width, cells % width)), shape=(len(names), width)
    )
    together = (held.T @ held).tocoo()
    left, right, both = (np.asarray(part, np.int64) for part in (*together.coords, together.data))
    kept = (left != right) & (both >= least)
    left, right, both = left[kept], right[kept], both[kept]
    own = np.bincount(cells % width, minlength=width)
    total = len(names)
    confidence = both / np.maximum(own[left], 1)
    lift = confidence * total / np.maximum(own[right], 1)
    order = np.lexsort((right, left, -both, -lift))
    return Associations(
        product=left[order],
        other=right[order],
        baskets=both[order],
        support=both[order] / max(total, 1),
        confidence=confidence[order],
        lift=lift[order],
        total=total,
    )
