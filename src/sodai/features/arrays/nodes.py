"""Small things that the translation of expressions needs."""

from collections.abc import Callable
from typing import Any

import ibis.expr.operations as ops
import numpy as np

from sodai.features.arrays.column import Column, true_rows

Slot = int
Lookup = Callable[[str], Slot]


class Relation:
    """A table at the time of translation: where its columns will be, its length, its key if it has one."""

    def __init__(self, length: Slot, column: Lookup, key: frozenset[str] | None = None) -> None:
        self.length, self._column, self.key = length, column, key
        self._known: dict[str, Slot] = {}

    def column(self, name: str) -> Slot:
        """Return the slot of a column; it is computed from now on."""
        if name not in self._known:
            self._known[name] = self._column(name)
        return self._known[name]


def arguments(node: Any) -> list[Any]:
    """Return the values that an operation is of, in order."""
    flat: list[Any] = []
    for one in node.args:
        flat.extend(one if isinstance(one, tuple) else (one,))
    return [one for one in flat if isinstance(one, ops.Value) and not _is_unit(node, one)]


def _is_unit(node: Any, one: Any) -> bool:
    return type(node).__name__ == "DateDelta" and one is node.part


def literal(node: Any) -> Column:
    """Return the one value of a literal."""
    if node.value is None:
        kind = np.int64 if node.dtype.is_integer() else np.float64
        return Column(np.zeros((), kind), np.ones((), bool))
    value = node.value
    if node.dtype.is_date():
        return day_literal(str(value))
    return Column(np.asarray(value, np.int64 if node.dtype.is_integer() else None))


def rows_where(length: int, *conditions: Column) -> Any:
    """Return the positions of the rows where all conditions hold."""
    mask = np.ones(length, bool)
    for one in conditions:
        mask &= true_rows(one, length)
    return np.flatnonzero(mask)


def day_literal(day: str) -> Column:
    """Return a date as days since 1970."""
    return Column(np.asarray(np.datetime64(day, "D").astype(np.int64)))
