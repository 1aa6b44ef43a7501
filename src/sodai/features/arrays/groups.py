"""Rows that belong together: groups, what they reduce to, and windows over them."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from sodai.features.arrays.column import Array, Column, Mask, either, take, true_rows


class Groups(NamedTuple):
    """Rows by group.

    Attributes
    ----------
    order : ndarray
        Positions of the rows, group by group.
    starts : ndarray
        Where each group begins in ``order``.
    length : int
        Number of rows.
    """

    order: Array
    starts: Array
    length: int

    @property
    def first(self) -> Array:
        """One row of each group."""
        return self.order[self.starts]

    @property
    def sizes(self) -> Array:
        """Number of rows of each group."""
        return np.diff(np.append(self.starts, self.length))


def grouped(length: int, *keys: Column) -> Groups:
    """Group rows by columns; null is a value of its own."""
    order = np.lexsort(_sortable(keys)) if length else np.empty(0, np.intp)
    return Groups(order, np.flatnonzero(_changes(order, keys)), length)


def _sortable(keys: Sequence[Column]) -> list[Array]:
    parts: list[Array] = []
    for key in keys:
        parts.append(key.values if key.null is None else np.where(key.null, 0, key.values))
        if key.null is not None:
            parts.append(key.null)
    return parts


def _changes(order: Array, keys: Sequence[Column]) -> Mask:
    """Whether a row, in order, begins another group."""
    changes = np.zeros(len(order), bool)
    changes[:1] = True
    for part in _sortable(keys):
        values = part[order]
        changes[1:] |= values[1:] != values[:-1]
    return changes


def _kept(groups: Groups, arg: Column, where: Column | None) -> Mask | None:
    """Rows that count, in group order; None where all do."""
    kept = None if where is None else true_rows(where, groups.length)[groups.order]
    if arg.null is not None:
        known = ~arg.null[groups.order]
        kept = known if kept is None else kept & known
    return kept


def _counts(groups: Groups, kept: Mask | None) -> Array:
    return groups.sizes if kept is None else _folded(np.add, groups, kept.astype(np.int64))


def _folded(function: np.ufunc, groups: Groups, values: Array) -> Array:
    return function.reduceat(values, groups.starts) if groups.length else values[:0]


def _sum(groups: Groups, arg: Column, where: Column | None) -> Column:
    kept = _kept(groups, arg, where)
    values = arg.values[groups.order]
    if values.dtype.kind == "b":
        values = values.astype(np.int64)
    if kept is None:
        return Column(_folded(np.add, groups, values))
    return Column(_folded(np.add, groups, np.where(kept, values, 0)), _none(_counts(groups, kept)))


def _none(counts: Array) -> Mask | None:
    """Groups of which no row counts: they reduce to null."""
    empty = counts == 0
    return empty if empty.any() else None


def _mean(groups: Groups, arg: Column, where: Column | None) -> Column:
    total = _sum(groups, arg, where)
    counts = _counts(groups, _kept(groups, arg, where))
    return Column(total.values / np.maximum(counts, 1), _none(counts))


def _deviation(groups: Groups, arg: Column, where: Column | None) -> Column:
    """Sample standard deviation; null below two rows."""
    kept = _kept(groups, arg, where)
    counts, mean = _counts(groups, kept), _mean(groups, arg, where)
    distance = arg.values[groups.order] - np.repeat(mean.values, groups.sizes)
    squares = distance**2 if kept is None else np.where(kept, distance**2, 0.0)
    spread = np.sqrt(_folded(np.add, groups, squares) / np.maximum(counts - 1, 1))
    few = counts < 2
    return Column(spread, few if few.any() else None)


def _extreme(function: np.ufunc, worst: float) -> "Reduction":
    def reduction(groups: Groups, arg: Column, where: Column | None) -> Column:
        kept = _kept(groups, arg, where)
        values = arg.values[groups.order]
        if kept is None:
            return Column(_folded(function, groups, values))
        if values.dtype.kind == "f":
            filled = np.where(kept, values, worst)
        else:
            limit = np.iinfo(np.int64)
            filled = np.where(kept, values.astype(np.int64), limit.max if worst > 0 else limit.min)
        return Column(_folded(function, groups, filled), _none(_counts(groups, kept)))

    return reduction


def count_rows(groups: Groups, where: Column | None) -> Column:
    """Count the rows of each group."""
    kept = None if where is None else true_rows(where, groups.length)[groups.order]
    return Column(_counts(groups, kept))


def _count(groups: Groups, arg: Column, where: Column | None) -> Column:
    return Column(_counts(groups, _kept(groups, arg, where)))


def at_least_key(groups: Groups, arg: Column, key: Column, where: Column | None) -> Column:
    """Return the argument, null or not, of each group's row with the smallest key."""
    kept = _kept(groups, key, where)
    keys = key.values[groups.order].astype(np.float64)
    if kept is not None:
        keys = np.where(kept, keys, np.inf)
    least = np.repeat(_folded(np.minimum, groups, keys), groups.sizes)
    places = np.where(keys == least, np.arange(groups.length), groups.length)
    chosen = groups.order[_folded(np.minimum, groups, places)] if groups.length else groups.order
    found = take(arg, chosen)
    return Column(found.values, either(found.null, _none(_counts(groups, kept))))


Reduction = Callable[[Groups, Column, Column | None], Column]
REDUCTIONS: Final[dict[str, Reduction]] = {
    "Count": _count,
    "Max": _extreme(np.maximum, -np.inf),
    "Mean": _mean,
    "Min": _extreme(np.minimum, np.inf),
    "StandardDev": _deviation,
    "Sum": _sum,
}


class Window(NamedTuple):
    """Rows of each group in an order."""

    order: Array
    starts: Mask
    ties: Mask


def windowed(length: int, keys: Sequence[Column], orders: Sequence[tuple[Column, bool]]) -> Window:
    """Order rows within groups; each order is a column and whether it ascends."""
    signed = [Column(by.values if ascending else -by.values, by.null) for by, ascending in orders]
    order = np.lexsort([*_sortable(signed)[::-1], *_sortable(keys)]) if length else np.empty(0, np.intp)
    starts = _changes(order, keys)
    return Window(order, starts, ~(starts | _changes(order, signed)))


def shifted(window: Window, arg: Column, by: int) -> Column:
    """Return the value of the row before (``by`` 1) or after (-1) in the group; null at its end."""
    order, length = window.order, len(window.order)
    edge = window.starts if by > 0 else np.append(window.starts[1:], True)[:length]
    source = np.roll(order, by)
    values, null = np.empty_like(arg.values), np.empty(length, bool)
    values[order] = arg.values[source]
    null[order] = edge if arg.null is None else edge | arg.null[source]
    return Column(values, null)


def row_number(window: Window) -> Column:
    """Number the rows of each group from 0."""
    return _numbered(window, np.ones(len(window.order), np.int64))


def dense_rank(window: Window) -> Column:
    """Number the distinct values of each group from 0."""
    return _numbered(window, (~window.ties).astype(np.int64))


def _numbered(window: Window, steps: Array) -> Column:
    running = np.cumsum(steps)
    base = np.maximum.accumulate(np.where(window.starts, running, 0)) if len(running) else running
    numbers = np.empty(len(running), np.int64)
    numbers[window.order] = running - base
    return Column(numbers)
