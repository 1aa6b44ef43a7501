"""The published predictions, arranged so that a customer's list and a product's customers are slices."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sodai.serving.state.ids import Ids
from sodai.settings.columns import BUY, CUSTOMER_ID, EXPECTED_ITEMS, PROBABILITY, PRODUCT_ID, RANK

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lists:
    """Rows ordered by customer and rank.

    Attributes
    ----------
    starts : ndarray of int64
        Where each customer's rows begin; one more than there are customers.
    customer, product : ndarray of int32
        Positions of the pair.
    probability, expected_items : ndarray of float64
    buy : ndarray of bool
    by_product : ndarray of int32
        Rows ordered by product and descending probability.
    product_starts : ndarray of int64
        Where each product's rows begin in ``by_product``.
    """

    starts: NDArray[np.int64]
    customer: NDArray[np.int32]
    product: NDArray[np.int32]
    probability: Floats
    expected_items: Floats
    buy: NDArray[np.bool_]
    by_product: NDArray[np.int32]
    product_starts: NDArray[np.int64]

    @classmethod
    def of(cls, predictions: pa.Table, customers: Ids, products: Ids) -> Self:
        """Arrange the predictions of a week."""
        customer = customers.positions(predictions[CUSTOMER_ID])
        order = np.lexsort((predictions[RANK].to_numpy(), customer))
        customer = customer[order]
        product = products.positions(predictions[PRODUCT_ID])[order]
        probability = predictions[PROBABILITY].to_numpy()[order].astype(np.float64)
        by_product = np.lexsort((-probability, product)).astype(np.int32)
        return cls(
            starts=np.searchsorted(customer, np.arange(len(customers) + 1)),
            customer=customer,
            product=product,
            probability=probability,
            expected_items=predictions[EXPECTED_ITEMS].to_numpy()[order].astype(np.float64),
            buy=predictions[BUY].to_numpy(zero_copy_only=False)[order].astype(bool),
            by_product=by_product,
            product_starts=np.searchsorted(product[by_product], np.arange(len(products) + 1)),
        )

    def __len__(self) -> int:
        return len(self.product)

    def rows_of(self, customer: int) -> slice:
        """Rows of a customer, best first."""
        return slice(int(self.starts[customer]), int(self.starts[customer + 1]))

    def rows_of_product(self, product: int) -> NDArray[np.int32]:
        """Rows of a product, the most likely customer first."""
        return self.by_product[self.product_starts[product] : self.product_starts[product + 1]]

    def row(self, customer: int, product: int) -> int | None:
        """Row of a pair, if it was scored."""
        rows = self.rows_of(customer)
        found = np.flatnonzero(self.product[rows] == product)
        return rows.start + int(found[0]) if len(found) else None
