"""How many of the customers who buy anything buy a product, week by week."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sodai.insights.sums import sums

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Penetration:
    """Weeks in columns, the newest (week 1) first; products in rows.

    Attributes
    ----------
    buyers : ndarray of shape (products, weeks)
        Customers who bought the product.
    items : ndarray of shape (products, weeks)
    active : ndarray of shape (weeks,)
        Customers who bought anything.
    """

    buyers: Ints
    items: Floats
    active: Ints

    def share(self, weeks: int) -> Floats:
        """Mean weekly share of active customers over the newest weeks; weeks without any count as 0."""
        active = np.maximum(self.active[:weeks], 1)
        shares: Floats = (self.buyers[:, :weeks] / active).mean(axis=1)
        return shares

    def trend(self) -> Floats:
        """Mean share of the last 4 weeks over that of the last 13; NaN where nothing was sold in them."""
        long = self.share(13)
        trend: Floats = np.divide(self.share(4), long, out=np.full(len(long), np.nan), where=long > 0)
        return trend


def penetration(
    customer: NDArray[np.int32],
    product: NDArray[np.int32],
    week: NDArray[np.int32],
    items: Floats,
    shape: tuple[int, int],
) -> Penetration:
    """Count buyers and items of purchases.

    Parameters
    ----------
    customer, product, week, items : ndarray
        One row a purchase; week 1 is the newest.
    shape : tuple of int
        Products, and weeks to count.
    """
    products, weeks = shape
    kept = week <= weeks
    cell = product[kept].astype(np.int64) * weeks + (week[kept] - 1)
    who = customer[kept].astype(np.int64)
    span = int(who.max()) + 1 if len(who) else 1
    buyers = np.unique(cell * span + who) // span
    active = np.unique((week[kept].astype(np.int64) - 1) * span + who) // span
    return Penetration(
        buyers=np.bincount(buyers, minlength=products * weeks).reshape(products, weeks),
        items=sums(cell, items[kept], products * weeks).reshape(products, weeks),
        active=np.bincount(active, minlength=weeks),
    )
