"""What the features of a pair say of its past, where an algorithm must know it."""

import numpy as np
from numpy.typing import NDArray

from sodai.learning.schema import Matrix, Schema

PURCHASES = "pair_purchases"


def bought_before(schema: Schema, matrix: Matrix) -> NDArray[np.bool_] | None:
    """Whether each pair was bought before; None where the features do not say."""
    if PURCHASES not in schema.names:
        return None
    return np.nan_to_num(matrix[:, schema.position(PURCHASES)]) > 0
