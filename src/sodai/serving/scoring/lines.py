"""What goes into scoring on demand, and what comes out."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NewLines:
    """Lines that might come in: positions of products, day numbers, items."""

    product: NDArray[np.int64]
    day: NDArray[np.int64]
    items: Floats

    @classmethod
    def none(cls) -> Self:
        """Return no lines."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, eq=False)
class Scores:
    """Products of one customer in ascending position, and what is expected of them.

    ``matrix`` is what the model saw, ``features`` the values as they were computed.
    """

    product: NDArray[np.int64]
    probability: Floats
    expected_items: Floats
    matrix: Matrix
    features: dict[str, NDArray[Any]]
