"""Which rows of two tables meet."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sodai.features.arrays.column import Array, Column, Mask


class Index(NamedTuple):
    """The right side of a join, ordered by its key.

    Attributes
    ----------
    codes : ndarray of int64
        Keys as single numbers, ascending.
    rows : ndarray
        The row of each.
    lows, widths : tuple of int
        How the columns of a key are put into one number.
    """

    codes: Array
    rows: Array
    lows: tuple[int, ...]
    widths: tuple[int, ...]


def index_of(length: int, *keys: Column) -> Index:
    """Order rows by a key of whole numbers; rows where a part is null meet nobody."""
    lows = tuple(int(key.values.min()) if length else 0 for key in keys)
    widths = tuple(
        int(key.values.max()) - low + 1 if length else 1 for key, low in zip(keys, lows, strict=True)
    )
    codes, known = _codes(keys, lows, widths, length)
    rows = np.flatnonzero(known) if known is not None else np.arange(length)
    order = rows[np.argsort(codes[rows], kind="stable")]
    return Index(codes[order], order, lows, widths)


def _codes(
    keys: Sequence[Column], lows: Sequence[int], widths: Sequence[int], length: int
) -> tuple[Array, Mask | None]:
    """One number a key, and which keys can meet any (None: all)."""
    codes = np.zeros(length, np.int64)
    known: Mask | None = None
    for key, low, width in zip(keys, lows, widths, strict=True):
        part = key.values - low
        fits = (part >= 0) & (part < width)
        if key.null is not None:
            fits = fits & ~key.null
        known = fits if known is None else known & fits
        codes = codes * width + part
    return codes, known


def is_unique(index: Index) -> bool:
    """Whether no key occurs twice."""
    return bool((index.codes[1:] != index.codes[:-1]).all())


def looked_up(index: Index, length: int, *keys: Column) -> Array:
    """Find the one row that each row of the left meets, -1 where there is none; the index is unique."""
    if not len(index.codes):
        return np.full(length, -1)
    codes, known = _codes(keys, index.lows, index.widths, length)
    places = np.minimum(np.searchsorted(index.codes, codes), len(index.codes) - 1)
    met = index.codes[places] == codes
    if known is not None:
        met &= known
    return np.where(met, index.rows[places], -1)


class Met(NamedTuple):
    """Pairs of rows; -1 on the right where a left join found none."""

    left: Array
    right: Array


def joined(index: Index, length: int, how: str, *keys: Column) -> Met:
    """Find the rows of the right side that each row of the left meets."""
    codes, known = _codes(keys, index.lows, index.widths, length)
    first = np.searchsorted(index.codes, codes, "left")
    count = np.searchsorted(index.codes, codes, "right") - first
    if known is not None:
        count = np.where(known, count, 0)
    if how in ("semi", "anti"):
        left = np.flatnonzero(count > 0 if how == "semi" else count == 0)
        return Met(left, left)
    if how == "left":
        return _left(index, first, count)
    left = np.repeat(np.arange(length), count)
    return Met(left, index.rows[_runs(first, count)])


def _left(index: Index, first: Array, count: Array) -> Met:
    shown = np.maximum(count, 1)
    left = np.repeat(np.arange(len(count)), shown)
    right = np.full(len(left), -1)
    met = np.repeat(count > 0, shown)
    right[met] = index.rows[_runs(first, count)]
    return Met(left, right)


def _runs(first: Array, count: Array) -> Array:
    """Join the ranges ``first .. first + count``."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    offsets = np.repeat(first - (ends - count), count)
    runs: Array = np.arange(total) + offsets
    return runs
