"""The reasons of the recommendations at the top of each list, found by pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sodai.serving.state.ids import Ids
from sodai.settings.columns import CUSTOMER_ID, PRODUCT_ID


@dataclass(frozen=True, eq=False)
class ReasonBook:
    """Reasons ordered by pair and position; texts stay in Arrow, where they take a tenth of the memory."""

    pairs: NDArray[np.int64]
    table: pa.Table
    products: int

    @classmethod
    def of(cls, reasons: pa.Table | None, customers: Ids, products: Ids) -> Self:
        """Arrange the reasons of a run; those of pairs that are not known here are left out."""
        if reasons is None:
            return cls(np.empty(0, np.int64), pa.table({}), len(products))
        customer, product = (
            np.array([ids.find(value) if value is not None else None for value in column.to_pylist()], object)
            for ids, column in ((customers, reasons[CUSTOMER_ID]), (products, reasons[PRODUCT_ID]))
        )
        known = np.flatnonzero((customer != None) & (product != None))  # noqa: E711 - elementwise
        codes = customer[known].astype(np.int64) * len(products) + product[known].astype(np.int64)
        order = np.lexsort((reasons["position"].to_numpy()[known], codes))
        kept = reasons.take(known[order]).select(["reason_group", "contribution", "reason_es", "reason_en"])
        return cls(codes[order], kept.combine_chunks(), len(products))

    def of_pair(self, customer: int, product: int) -> list[dict[str, Any]]:
        """Reasons of a pair, the strongest first; empty where none were said."""
        code = customer * self.products + product
        first, end = np.searchsorted(self.pairs, [code, code + 1])
        return self._told(int(first), int(end))

    def of_customer(self, customer: int, products: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """Reasons of several products of one customer."""
        return {product: self.of_pair(customer, product) for product in products}

    def _told(self, first: int, end: int) -> list[dict[str, Any]]:
        return (
            [
                {
                    "group": row["reason_group"],
                    "push": row["contribution"],
                    "text": {"es": row["reason_es"], "en": row["reason_en"]},
                }
                for row in self.table.slice(first, end - first).to_pylist()
            ]
            if end > first
            else []
        )
