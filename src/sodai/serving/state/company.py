"""Customers and products: ids, names, attributes, and the classes that answers are grouped by."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sodai.data.tables import Tables
from sodai.orchestration.toplist import named
from sodai.serving.state.ids import Ids
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, PRODUCT_ID

Value = int | float | str | None


@dataclass(frozen=True, eq=False)
class Side:
    """Customers, or products.

    Attributes
    ----------
    ids : Ids
    columns : dict of str to list
        Attribute columns in the order of ``ids``; None where unknown.
    search : list of str
        Lower-case text of id, name and attributes, that searches look in.
    """

    ids: Ids
    columns: dict[str, list[Value]]
    search: list[str]

    @classmethod
    def of(cls, table: pa.Table, key: str, ids: Ids, names: list[str] | None = None) -> Self:
        """Arrange a table by the positions of ``ids``; ids without a row have no attributes."""
        at = ids.positions(table[key])
        attributes = [name for name in table.column_names if name != key]
        columns = {name: _placed(table[name], at, len(ids)) for name in attributes}
        rows = zip(*(columns[name] for name in attributes), strict=True) if attributes else ((),) * len(ids)
        told = names if names is not None else [""] * len(ids)
        search = [
            " ".join(str(value) for value in (identity, name, *row) if value is not None).lower()
            for identity, name, row in zip(ids.values, told, rows, strict=True)
        ]
        return cls(ids, columns, search)

    def attributes(self, at: int) -> dict[str, Value]:
        """Attributes of one row."""
        return {name: column[at] for name, column in self.columns.items()}


@dataclass(frozen=True, eq=False)
class Company:
    """The tables that do not change within a week.

    Attributes
    ----------
    customers, products : Side
    names : list of str
        What a person calls each product.
    types : list of str
        Customer types, sorted; empty where settings name none.
    type_of : ndarray of int32
        Type of each customer; -1 where unknown.
    family_of, group_of : ndarray of int32
        Class of each product: codes that stand for one another, and the coarser group.
    place : tuple of ndarray, optional
        x and y of each customer, NaN where unknown.
    """

    customers: Side
    products: Side
    names: list[str]
    types: list[str]
    type_of: NDArray[np.int32]
    family_of: NDArray[np.int32]
    group_of: NDArray[np.int32]
    place: tuple[NDArray[np.float64], NDArray[np.float64]] | None

    @classmethod
    def of(cls, tables: Tables, customers: Ids, products: Ids, settings: Settings) -> Self:
        """Arrange the clean tables of a run."""
        told = named(tables.products, settings)
        names = [str(value) for value in products.values]
        for at, name in zip(products.positions(told[PRODUCT_ID]), told["product"].to_pylist(), strict=True):
            names[at] = name
        side = Side.of(tables.products, PRODUCT_ID, products, names)
        buyers = Side.of(tables.customers, CUSTOMER_ID, customers)
        types, type_of = _types(buyers, settings.customers.type)
        return cls(
            customers=buyers,
            products=side,
            names=names,
            types=types,
            type_of=type_of,
            family_of=_classes(side, settings.products.family),
            group_of=_classes(side, (settings.products.group,) if settings.products.group else ()),
            place=_place(buyers, settings.customers.place),
        )

    def type_named(self, at: int) -> str | None:
        """Type of a customer by its position."""
        code = int(self.type_of[at])
        return self.types[code] if code >= 0 else None


def _placed(column: pa.ChunkedArray, at: NDArray[np.int32], length: int) -> list[Value]:
    values: list[Value] = [None] * length
    for position, value in zip(at, column.to_pylist(), strict=True):
        values[position] = _plain(value)
    return values


def _plain(value: Any) -> Value:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value)
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if isinstance(value, int | str) else str(value)


def _types(side: Side, column: str | None) -> tuple[list[str], NDArray[np.int32]]:
    values = side.columns.get(column or "", [None] * len(side.ids))
    types = sorted({str(value) for value in values if value is not None})
    code = {name: at for at, name in enumerate(types)}
    return types, np.array([code.get(str(v), -1) if v is not None else -1 for v in values], np.int32)


def _classes(side: Side, columns: tuple[str, ...]) -> NDArray[np.int32]:
    """Give each distinct combination a number; without columns each product has its own."""
    known = [side.columns[name] for name in columns if name in side.columns]
    if not known:
        return np.arange(len(side.ids), dtype=np.int32)
    codes: dict[tuple[Value, ...], int] = {}
    return np.array([codes.setdefault(row, len(codes)) for row in zip(*known, strict=True)], np.int32)


def _place(side: Side, columns: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    if not columns or any(name not in side.columns for name in columns):
        return None
    x, y = (
        pc.cast(pa.array([_number(v) for v in side.columns[name]], pa.float64()), pa.float64())
        .to_numpy(zero_copy_only=False)
        .astype(np.float64)
        for name in (columns[0], columns[-1])
    )
    return x, y


def _number(value: Value) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None
