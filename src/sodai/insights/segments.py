"""Customers by how likely they are to buy, and what is expected of each.

A customer's purchase probability is that of its most likely product: whoever buys that product buys, so it is
a lower bound. The product of ``1 - p`` over all products would claim that they are bought independently; they
are bought in the same order.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sodai.insights.sums import sums

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Probabilities from ``low`` to below ``high``."""

    name: str
    low: float
    high: float


BANDS: Final = (
    Band("very_high", 0.75, 1.0),
    Band("high", 0.5, 0.75),
    Band("medium", 0.25, 0.5),
    Band("low", 0.1, 0.25),
    Band("very_low", 0.0, 0.1),
)


@dataclass(frozen=True, eq=False)
class CustomerOutlook:
    """What is expected of each customer in the target window; zeros and band -1 for those not scored.

    Attributes
    ----------
    best : ndarray of float64
        Probability of the most likely product.
    expected_items, expected_products : ndarray of float64
        Sums over the products.
    band : ndarray of int8
        Position in `BANDS`.
    """

    best: Floats
    expected_items: Floats
    expected_products: Floats
    band: NDArray[np.int8]


def customer_outlook(
    customer: NDArray[np.int32], probability: Floats, expected_items: Floats, customers: int
) -> CustomerOutlook:
    """Sum the rows of each customer.

    >>> outlook = customer_outlook(np.array([0, 0], np.int32), np.array([.6, .2]), np.array([3., 1.]), 2)
    >>> outlook.best.tolist(), outlook.expected_items.tolist(), outlook.band.tolist()
    ([0.6, 0.0], [4.0, 0.0], [1, -1])
    """
    best = np.zeros(customers)
    np.maximum.at(best, customer, probability)
    scored = np.bincount(customer, minlength=customers) > 0
    return CustomerOutlook(
        best=best,
        expected_items=sums(customer, expected_items, customers),
        expected_products=sums(customer, probability, customers),
        band=np.where(scored, band_of(best), -1).astype(np.int8),
    )


def band_of(probability: Floats) -> NDArray[np.int8]:
    """Return the position in `BANDS` of each probability.

    >>> band_of(np.array([1.0, 0.75, 0.1, 0.0])).tolist()
    [0, 0, 3, 4]
    """
    lows = np.array([band.low for band in BANDS])
    bands: NDArray[np.int8] = np.argmax(probability[:, None] >= lows, axis=1).astype(np.int8)
    return bands
