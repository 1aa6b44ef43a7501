"""Sums by position: what a group-by is when groups are small whole numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sums(positions: NDArray[Any], values: NDArray[Any], length: int) -> Floats:
    """Add up the values at each position.

    >>> sums(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [4.0, 0.0, 2.0]
    """
    return np.bincount(positions, weights=values, minlength=length).astype(np.float64)
