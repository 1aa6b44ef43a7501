"""The lines week by week, in the form in which a delivery is checked: purchases with codes and weeks back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sodai.drift.samples import IntArray
from sodai.learning.measures import Floats
from sodai.settings.columns import CUSTOMER_ID, ITEMS, PRODUCT_ID, PURCHASE_DATE
from sodai.settings.weeks import WEEK_DAYS


@dataclass(frozen=True, eq=False)
class Deliveries:
    """Purchases (lines with items > 0) before an origin.

    Attributes
    ----------
    week : ndarray of int
        Weeks back from the origin, 1 = the newest.
    customer, product : ndarray of int
        Codes.
    items : ndarray of float64
    attributes : mapping of str to ndarray of str
        Attributes of the customer and of the product of each purchase; the product's id among them.
    """

    week: IntArray
    customer: IntArray
    product: IntArray
    items: Floats
    attributes: Mapping[str, NDArray[np.str_]]

    def __len__(self) -> int:
        return len(self.week)

    @classmethod
    def of(
        cls,
        lines: pa.Table,
        customers: pa.Table,
        products: pa.Table,
        origin: date,
        attributes: Mapping[str, Sequence[str]],
    ) -> Self:
        """Read clean tables.

        Parameters
        ----------
        lines, customers, products : pa.Table
        origin : date
            Later lines are not read.
        attributes : mapping
            Attribute columns of ``customers`` and ``products``, under these two keys.
        """
        days = lines[PURCHASE_DATE].cast(pa.date32())
        known = pc.and_(pc.less(days, pa.scalar(origin, pa.date32())), pc.greater(lines[ITEMS], 0))
        lines = lines.filter(known)
        day = lines[PURCHASE_DATE].cast(pa.date32()).to_numpy().astype("datetime64[D]")
        back = (np.datetime64(origin) - np.timedelta64(1, "D") - day).astype(np.int64)
        told: dict[str, NDArray[np.str_]] = {PRODUCT_ID: _texts(lines[PRODUCT_ID])}
        for kind, table, key in (
            ("customers", customers, CUSTOMER_ID),
            ("products", products, PRODUCT_ID),
        ):
            at = pc.index_in(lines[key], value_set=table[key].combine_chunks())
            for name in attributes.get(kind, ()):
                told[name] = _texts(table[name].take(at))
        return cls(
            week=back // WEEK_DAYS + 1,
            customer=_codes(lines[CUSTOMER_ID]),
            product=_codes(lines[PRODUCT_ID]),
            items=lines[ITEMS].to_numpy().astype(np.float64),
            attributes=told,
        )


def _codes(column: pa.ChunkedArray) -> IntArray:
    encoded: Any = pc.dictionary_encode(column.combine_chunks())
    codes: IntArray = encoded.indices.to_numpy(zero_copy_only=False)
    return codes.astype(np.int64)


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    return np.array(column.cast(pa.string()).fill_null("").to_pylist(), dtype=np.str_)
