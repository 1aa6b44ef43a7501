"""The two samples side by side: their columns, weights and customers as arrays over the pooled rows."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sodai.settings.columns import CUSTOMER_ID, ORIGIN, TARGET_ITEMS, WEIGHT
from sodai.settings.weeks import WEEK_DAYS

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]

GROUPS: Final = 40
FEWEST_REFERENCE: Final = 3
MOST_REFERENCE: Final = 13


@dataclass(frozen=True)
class Side:
    """One of the two samples. ``weight`` is the rows that it stands for; dates are ISO, ends included."""

    rows: int
    weight: float
    customers: int
    first_origin: str | None
    last_origin: str | None


@dataclass(frozen=True)
class Pooled:
    """Reference rows first, then the recent ones.

    Customers and origins are codes, from 0 on each side, origins in time order; ``group`` divides the
    customers of both sides alike into ``groups`` parts.
    """

    reference: pa.Table
    recent: pa.Table
    weight: tuple[FloatArray, FloatArray]
    customer: tuple[IntArray, IntArray]
    origin: tuple[IntArray, IntArray]
    group: tuple[IntArray, IntArray]
    sides: tuple[Side, Side]

    @classmethod
    def of(cls, reference: pa.Table | pd.DataFrame, recent: pa.Table | pd.DataFrame) -> "Pooled":
        """Pool two tables that have ``customer_id`` and, where rows were sampled, ``weight``."""
        old, new = _table(reference), _table(recent)
        weights = (_weights(old), _weights(new))
        customers = (_codes(old, CUSTOMER_ID), _codes(new, CUSTOMER_ID))
        origins = (_ordered(old), _ordered(new))
        sides = (_side(old, weights[0], customers[0]), _side(new, weights[1], customers[1]))
        return cls(old, new, weights, customers, origins, _groups(old, new), sides)

    @cached_property
    def groups(self) -> int:
        """Number of parts into which the customers are divided."""
        return 1 + max(int(group.max()) for group in self.group if len(group))

    @property
    def gap_weeks(self) -> int:
        """Whole weeks of which neither side holds rows, between the reference and the recent rows."""
        last, first = self.sides[0].last_origin, self.sides[1].first_origin
        if last is None or first is None:
            return 0
        return max(0, (date.fromisoformat(first) - date.fromisoformat(last)).days // WEEK_DAYS - 1)

    @cached_property
    def weeks(self) -> tuple[int, int]:
        """Number of origins of the reference and of the recent rows."""
        old, new = (int(origin.max()) + 1 for origin in self.origin)
        return old, new

    @cached_property
    def span(self) -> int:
        """Newest weeks of the reference that count: half of those that leave room for healthy cuts."""
        weeks, recent = self.weeks
        return min(max((weeks - recent - self.gap_weeks) // 2, FEWEST_REFERENCE), MOST_REFERENCE, weeks)

    @cached_property
    def week_and_group(self) -> tuple[IntArray, IntArray]:
        """One number for the origin and the group of each row, as an index of a table of both."""
        old, new = (
            origin.astype(np.int64) * self.groups + group
            for origin, group in zip(self.origin, self.group, strict=True)
        )
        return old, new

    @cached_property
    def signed(self) -> FloatArray:
        """Masses of all rows: of the reference they sum to 1, of the recent ones to -1."""
        old, new = self.weight
        return np.concatenate([old / old.sum(), new / -new.sum()])

    @cached_property
    def newest_weight(self) -> tuple[FloatArray, FloatArray]:
        """Weights, 0 for the rows of the reference that are older than its newest ``span`` weeks."""
        return np.where(self.origin[0] >= self.weeks[0] - self.span, self.weight[0], 0.0), self.weight[1]

    @cached_property
    def items(self) -> tuple[FloatArray, FloatArray] | None:
        """What each row stands for: its customer's items, shared out by `newest_weight`; None if unknown."""
        if not all(self.has(TARGET_ITEMS)):
            return None
        old, new = (
            _shared_out(self.numeric(TARGET_ITEMS, side), self.newest_weight[side], self.customer[side])
            for side in (0, 1)
        )
        return old, new

    def recent_origins(self) -> list[str]:
        """Origins of the recent rows, ISO, in the order of their codes."""
        if ORIGIN not in self.recent.column_names:
            return [""]
        days = pc.unique(self.recent.column(ORIGIN).cast(pa.date32())).to_pylist()
        return [day.isoformat() for day in sorted(days)]

    def has(self, name: str) -> tuple[bool, bool]:
        """Whether the reference and the recent rows have the column."""
        return name in self.reference.column_names, name in self.recent.column_names

    def numeric(self, name: str, side: int, rows: IntArray | None = None) -> FloatArray:
        """Return the column of the reference (0) or the recent rows (1); null and infinite become NaN."""
        column = (self.reference, self.recent)[side].column(name)
        return _numeric(column if rows is None else column.take(pa.array(rows)))

    def categories(self, name: str) -> tuple[IntArray, IntArray, list[str]]:
        """Codes of both sides into one list of category names; -1 where missing."""
        old, new = _text(self.reference.column(name)), _text(self.recent.column(name))
        encoded = pa.chunked_array([*old.chunks, *new.chunks], type=pa.string()).combine_chunks()
        encoded = encoded.dictionary_encode()
        codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        return codes[: len(old)], codes[len(old) :], encoded.dictionary.to_pylist()


def _table(rows: pa.Table | pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(rows, preserve_index=False) if isinstance(rows, pd.DataFrame) else rows


def _weights(table: pa.Table) -> FloatArray:
    if WEIGHT not in table.column_names:
        return np.ones(table.num_rows)
    weights: FloatArray = table.column(WEIGHT).to_numpy().astype(np.float64)
    return weights


def _shared_out(items: FloatArray, weight: FloatArray, customer: IntArray) -> FloatArray:
    bought = np.bincount(customer, weights=weight * np.maximum(np.nan_to_num(items), 0.0))
    rows = np.bincount(customer, weights=weight)
    mean = np.divide(bought, rows, out=np.zeros(len(rows)), where=rows > 0)
    shared: FloatArray = weight * mean[customer]
    return shared


def _codes(table: pa.Table, name: str) -> IntArray:
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int32)
    encoded = table.column(name).combine_chunks().dictionary_encode()
    codes: IntArray = encoded.indices.to_numpy(zero_copy_only=False)
    return codes


def _ordered(table: pa.Table) -> IntArray:
    """Codes of the origins in time order."""
    if ORIGIN not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int64)
    days = table.column(ORIGIN).cast(pa.date32()).to_numpy().astype("datetime64[D]")
    codes: IntArray = np.unique(days, return_inverse=True)[1]
    return codes


def _groups(old: pa.Table, new: pa.Table) -> tuple[IntArray, IntArray]:
    ids = pa.chunked_array([*old.column(CUSTOMER_ID).chunks, *new.column(CUSTOMER_ID).chunks])
    encoded = ids.combine_chunks().dictionary_encode()
    codes: IntArray = encoded.indices.to_numpy(zero_copy_only=False) % GROUPS
    return codes[: old.num_rows], codes[old.num_rows :]


def _side(table: pa.Table, weight: FloatArray, customer: IntArray) -> Side:
    first = last = None
    if ORIGIN in table.column_names and table.num_rows:
        ends = pc.min_max(table.column(ORIGIN).cast(pa.date32())).as_py()
        first, last = ends["min"].isoformat(), ends["max"].isoformat()
    customers = int(customer.max()) + 1 if len(customer) else 0
    return Side(table.num_rows, float(weight.sum()), customers, first, last)


def _numeric(column: pa.ChunkedArray) -> FloatArray:
    if not pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
    values: FloatArray = column.to_numpy()
    finite = np.isfinite(values)
    return values if finite.all() else np.where(finite, values, np.nan)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        # pandas turns integer codes with a gap into floats: "7.0" and "7" are one category
        column = pc.if_else(pc.is_finite(column), column, None)
        if pc.all(pc.equal(column, pc.floor(column))).as_py():
            column = column.cast(pa.int64())
    return column.cast(pa.string())
