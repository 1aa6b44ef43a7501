"""Masses of a column's cells, bins or categories, by week and by group of customers."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from sodai.drift.samples import FloatArray, IntArray, Pooled

Both = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Counts:
    """Sums of weights, of the reference and of the recent rows.

    Attributes
    ----------
    weekly : tuple of ndarray of shape (origins, cells)
        Oldest first.
    grouped : tuple of ndarray of shape (groups, cells)
        By group of customers; of the reference its newest weeks alone.
    """

    weekly: Both
    grouped: Both

    @classmethod
    def of(cls, pooled: Pooled, codes: tuple[IntArray, IntArray], cells: int) -> Self:
        """Count the rows of each cell, given as its number."""
        old, new = (
            _table(pooled.origin[side], pooled.weeks[side], codes[side], cells, pooled.weight[side])
            for side in (0, 1)
        )
        before, now = (
            _table(pooled.group[side], pooled.groups, codes[side], cells, pooled.newest_weight[side])
            for side in (0, 1)
        )
        return cls((old, new), (before, now))

    def masses(self, side: int) -> FloatArray:
        """Share of each cell in all rows of a side."""
        total: FloatArray = self.weekly[side].sum(axis=0)
        return total / total.sum() if total.sum() else total


def _table(row: IntArray, rows: int, code: IntArray, cells: int, weight: FloatArray) -> FloatArray:
    counted = np.bincount(row * np.int64(cells) + code, weights=weight, minlength=rows * cells)
    return counted.reshape(rows, cells).astype(np.float64, copy=False)
