"""A small company with everything that features must cope with, and ways to change it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
from ibis import BaseBackend

from sodai.features import TableSet
from sodai.settings.columns import LINE_COLUMNS

ORIGIN = date(2024, 5, 15)
FIRST_DAY = ORIGIN - timedelta(days=7 * 20)
LAST_DAY = ORIGIN + timedelta(days=13)

Line = tuple[int | str, int | str, int, date, float]


@dataclass(frozen=True)
class Company:
    """The clean tables as features read them."""

    customers: pa.Table
    products: pa.Table
    lines: pa.Table

    def on(self, backend: BaseBackend) -> TableSet:
        """The tables on a backend."""
        return TableSet(backend, *(ibis.memtable(t) for t in (self.customers, self.products, self.lines)))

    def rows(self) -> list[Line]:
        """The lines as tuples."""
        return [tuple(row.values()) for row in self.lines.to_pylist()]

    def with_lines(self, rows: Iterable[Line]) -> "Company":
        """The same customers and products with other lines."""
        return replace(self, lines=lines_of(rows))


def lines_of(rows: Iterable[Line], key: pa.DataType | None = None) -> pa.Table:
    """Clean lines from tuples."""
    types = (key or pa.int64(), key or pa.int64(), pa.int64(), pa.date32(), pa.float64())
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
    return pa.table(dict(zip(LINE_COLUMNS, arrays, strict=True)))


def company(seed: int = 0, customers: int = 14) -> Company:
    """Customers of two types, each with a rhythm; codes that replace each other; returns; one unsold."""
    rng = np.random.default_rng(seed)
    return Company(_customers(rng, customers), _products(), lines_of(_lines(rng, customers)))


def _customers(rng: np.random.Generator, count: int) -> pa.Table:
    ids = np.arange(1, count + 1)
    place = rng.normal(size=(2, count)).round(3)
    lacking = ids == 3
    return pa.table(
        {
            "customer_id": pa.array(ids, pa.int64()),
            "region_id": pa.array(70 + ids % 2, pa.int64()),
            "zone_id": pa.array(ids % 3, pa.int64()),
            "customer_type": pa.array(["shop" if i % 3 else None if i == 6 else "bar" for i in ids]),
            "Y": pa.array(place[0], mask=lacking),
            "X": pa.array(place[1], mask=lacking),
            "num_deliver_per_week": pa.array(1 + ids % 3, pa.int64()),
        }
    )


def _products() -> pa.Table:
    return pa.table(
        {
            "product_id": pa.array([10, 11, 20, 21, 30, 40, 50], pa.int64()),
            "brand": ["a", "a", "a", "a", "b", "b", "c"],
            "sub_category": ["x", "x", "x", "x", "y", "y", "z"],
            "segment": ["hi", "hi", "lo", "lo", "lo", None, "lo"],
            "package": ["can", "can", "can", "can", "glass", "glass", "box"],
            "size": pa.array([0.33, 0.33, 1.5, 1.5, 1.0, 0.5, 2.0], pa.float64()),
        }
    )


def _lines(rng: np.random.Generator, customers: int) -> Iterable[Line]:
    taste = rng.dirichlet(np.ones(6) * 0.7, size=customers)
    pace = rng.integers(3, 12, customers)
    start = rng.integers(0, 70, customers)
    order = 0
    for c in range(customers - 1):
        day = FIRST_DAY + timedelta(days=int(start[c]))
        while day <= LAST_DAY:
            order += 1
            yield from _basket(rng, c + 1, taste[c], order, day)
            day += timedelta(days=int(max(1, rng.normal(pace[c], 2))))


def _basket(
    rng: np.random.Generator, customer: int, taste: np.ndarray, order: int, day: date
) -> Iterable[Line]:
    codes = np.array([10, 11, 20, 21, 30, 40])
    late = (day - FIRST_DAY).days > 80
    for code in np.unique(rng.choice(codes, size=rng.integers(1, 4), p=taste)):
        sold = {10: 11, 20: 21}.get(int(code), int(code)) if late else {11: 10}.get(int(code), int(code))
        yield customer, sold, order, day, float(rng.integers(1, 9)) / 2
        if rng.random() < 0.06:
            yield customer, sold, order, day + timedelta(days=int(rng.integers(0, 3))), -0.5
