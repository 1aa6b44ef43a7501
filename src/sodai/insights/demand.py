"""Expected demand of each product in the target window, with an interval."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from sodai.insights.sums import sums

Floats = NDArray[np.float64]

CONFIDENCE: Final = 0.8


@dataclass(frozen=True, eq=False)
class Forecast:
    """Scored pairs of the target window: product, probability, expected items."""

    product: NDArray[np.int32]
    probability: Floats
    expected_items: Floats


@dataclass(frozen=True, eq=False)
class Demand:
    """One value a product: expected items, the bounds of the interval, expected buyers."""

    items: Floats
    low: Floats
    high: Floats
    buyers: Floats


def expected_demand(forecast: Forecast, spread: Floats, confidence: float = CONFIDENCE) -> Demand:
    """Sum the pairs of each product and say how far the sum may lie from what will be sold.

    The total of a product is a sum of pairs that either buy or do not. With q the items of a pair if it buys
    and c their coefficient of variation, its variance is the sum of ``p q**2 (1 + c**2) - (p q)**2``, given
    the probabilities and independent pairs. The interval is that of a gamma distribution with this mean and
    variance, which cannot be negative and leans to the right, as totals of few buyers do. What moves all
    pairs at once, such as a holiday that the model misjudges, is not in it.

    Parameters
    ----------
    forecast : Forecast
    spread : ndarray of float64
        Coefficient of variation of the items of a purchase of each product.
    """
    products, p = len(spread), forecast.probability
    q = np.divide(forecast.expected_items, p, out=np.zeros_like(p), where=p > 0)
    variance = p * q**2 * (1 + spread[forecast.product] ** 2) - (p * q) ** 2
    mean = sums(forecast.product, forecast.expected_items, products)
    total = sums(forecast.product, np.maximum(variance, 0.0), products)
    low, high = _interval(mean, total, confidence)
    return Demand(mean, low, high, sums(forecast.product, p, products))


def spread_of(product: NDArray[np.int32], items: Floats, products: int) -> Floats:
    """Coefficient of variation of the items of past purchases; that of all products where there are few.

    >>> spread_of(np.array([0, 0], np.int32), np.array([1.0, 3.0]), 1).round(2).tolist()
    [0.5]
    """
    if not len(items):
        return np.ones(products)
    count = np.bincount(product, minlength=products)
    mean = sums(product, items, products) / np.maximum(count, 1)
    square = sums(product, items**2, products) / np.maximum(count, 1)
    own = np.sqrt(np.maximum(square - mean**2, 0.0)) / np.where(mean > 0, mean, 1.0)
    usual = float(items.std() / items.mean()) if items.mean() > 0 else 1.0
    few = 20
    return (count * own + few * usual) / (count + few)


def _interval(mean: Floats, variance: Floats, confidence: float) -> tuple[Floats, Floats]:
    known = (mean > 0) & (variance > 0)
    low, high = mean.copy(), mean.copy()
    scale = variance[known] / mean[known]
    shape = mean[known] / scale
    for bound, share in ((low, (1 - confidence) / 2), (high, (1 + confidence) / 2)):
        bound[known] = gammaincinv(shape, share) * scale
    return low, high
