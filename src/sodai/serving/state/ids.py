"""Ids of customers or products, and their positions in arrays."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Id = int | str


@dataclass(frozen=True, eq=False)
class Ids:
    """Distinct ids, all numbers or all text, in ascending order.

    >>> ids = Ids.of([pa.array([30, 10, 10]), pa.array([20])])
    >>> ids.values, ids.position[20], ids.parse("20"), ids.parse("x")
    ([10, 20, 30], 1, 20, None)
    """

    values: list[Id]
    position: dict[Id, int]
    numeric: bool

    @classmethod
    def of(cls, columns: Iterable[pa.Array | pa.ChunkedArray]) -> Self:
        """Gather the distinct values of columns of one type."""
        parts = [pa.chunked_array([c]) if isinstance(c, pa.Array) else c for c in columns]
        numeric = all(pa.types.is_integer(part.type) for part in parts)
        kind = pa.int64() if numeric else pa.string()
        distinct = pc.unique(pa.chunked_array([chunk for p in parts for chunk in p.cast(kind).chunks], kind))
        values = sorted(distinct.drop_null().to_pylist())
        return cls(values, {value: at for at, value in enumerate(values)}, numeric)

    def __len__(self) -> int:
        return len(self.values)

    def parse(self, given: Id) -> Id | None:
        """Return the id in the form it has here, known or not; None where it cannot be one."""
        if not self.numeric:
            return str(given)
        if isinstance(given, int):
            return given
        text = given.strip()
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None

    def find(self, given: Id) -> int | None:
        """Return the position of a known id."""
        parsed = self.parse(given)
        return None if parsed is None else self.position.get(parsed)

    def positions(self, column: pa.Array | pa.ChunkedArray) -> NDArray[np.int32]:
        """Positions of the values of a column, all of which are known."""
        kind = pa.int64() if self.numeric else pa.string()
        found = pc.index_in(column.cast(kind), value_set=pa.array(self.values, kind))
        positions: NDArray[np.int32] = found.to_numpy().astype(np.int32)
        return positions
