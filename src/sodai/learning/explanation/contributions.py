"""Contributions of features to the log-odds of pairs, and tables of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sodai.learning.algorithm import Algorithm
from sodai.learning.explanation.additive import additive
from sodai.learning.measures import Floats
from sodai.learning.schema import Matrix

BASE = "base"
CHUNK_ROWS = 20_000


@dataclass(frozen=True, eq=False)
class Contributions:
    """SHAP values of rows, in log-odds of the score before calibration.

    Attributes
    ----------
    shap : ndarray of shape (n, f)
        What each feature adds.
    base : ndarray of shape (n,)
        Where the sum starts: ``base + shap.sum(axis=1)`` is the log-odds of the score.
    features : tuple of str
        Names of the columns of ``shap``.
    """

    shap: Floats
    base: Floats
    features: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.base)

    @property
    def log_odds(self) -> Floats:
        """Log-odds of each row's score."""
        odds: Floats = self.base + self.shap.sum(axis=1)
        return odds

    def table(self, keys: Mapping[str, Any]) -> pa.Table:
        """Return a table of ``keys``, base and one column a feature with what it adds."""
        columns = {name: self.shap[:, at].astype(np.float32) for at, name in enumerate(self.features)}
        return pa.table({**keys, BASE: self.base, **columns})


def contributions(
    algorithm: Algorithm[Any], features: pd.DataFrame, background: pd.DataFrame | None = None
) -> Contributions:
    """Split the log-odds of each row's score into what the features add.

    Parameters
    ----------
    algorithm : Algorithm
        A fitted one.
    features : DataFrame
        Rows to explain.
    background : DataFrame, optional
        Typical rows that contributions are measured against; the rows themselves without it. Give the same
        one for rows that will be compared.
    """
    schema = algorithm.schema
    typical = schema.encode(features if background is None else background)
    parts = [
        additive(algorithm, schema.encode(features.iloc[at : at + CHUNK_ROWS]), typical)
        for at in range(0, max(len(features), 1), CHUNK_ROWS)
    ]
    values, base = (np.concatenate(side) for side in zip(*parts, strict=True))
    return Contributions(values, base, schema.names)


def contributions_of(algorithm: Algorithm[Any], matrix: Matrix, background: Matrix) -> Contributions:
    """Like `contributions`, of rows that the schema encoded."""
    values, base = additive(algorithm, matrix, background)
    return Contributions(values, base, algorithm.schema.names)
