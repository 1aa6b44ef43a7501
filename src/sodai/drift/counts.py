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
    items : tuple of ndarray of shape (cells,) or None
        Items of the customers whose rows these are, see `Pooled.items`; of the same weeks as ``grouped``.
    """

    weekly: Both
    grouped: Both
    items: Both | None = None

    @classmethod
    def of(cls, pooled: Pooled, codes: tuple[IntArray, IntArray], cells: int) -> Self:
        """Count the rows of each cell, given as its number."""
        old, new = (_by_week_and_group(pooled, side, codes[side], cells) for side in (0, 1))
        weekly = old.sum(axis=1), new.sum(axis=1)
        grouped = old[-pooled.span :].sum(axis=0), new.sum(axis=0)
        return cls(weekly, grouped, _items(pooled, codes, cells))

    def masses(self, side: int) -> FloatArray:
        """Share of each cell in all rows of a side."""
        return _shares(self.weekly[side].sum(axis=0))

    def stake(self) -> float:
        """Weigh the customers who moved: what they buy, over what as many rows of everybody stand for.

        A row that lies where there are more rows than before (or fewer now) moved with the probability that
        the two masses of its cell leave over. 1 where nothing moved, or items are not known.
        """
        if self.items is None:
            return 1.0
        rows = [_shares(table.sum(axis=0)) for table in self.grouped]
        items = [_shares(cells) for cells in self.items]
        left = np.maximum(rows[0] - rows[1], 0.0), np.maximum(rows[1] - rows[0], 0.0)
        moved = [np.divide(m, r, out=np.zeros(len(r)), where=r > 0) for m, r in zip(left, rows, strict=True)]
        of_rows, of_items = (
            sum(float(share @ m) for share, m in zip(shares, moved, strict=True)) for shares in (rows, items)
        )
        return of_items / of_rows if of_rows > 0 and all(side.any() for side in items) else 1.0


def _items(pooled: Pooled, codes: tuple[IntArray, IntArray], cells: int) -> Both | None:
    if pooled.items is None:
        return None
    old, new = (
        np.bincount(code, weights=items, minlength=cells).astype(np.float64, copy=False)
        for code, items in zip(codes, pooled.items, strict=True)
    )
    return old, new


def _shares(table: FloatArray) -> FloatArray:
    total = table.sum()
    shares: FloatArray = table / total if total else table
    return shares


def _by_week_and_group(pooled: Pooled, side: int, code: IntArray, cells: int) -> FloatArray:
    shape = pooled.weeks[side], pooled.groups, cells
    cell = pooled.week_and_group[side] * np.int64(cells) + code
    counted = np.bincount(cell, weights=pooled.weight[side], minlength=shape[0] * shape[1] * shape[2])
    return counted.reshape(shape).astype(np.float64, copy=False)
