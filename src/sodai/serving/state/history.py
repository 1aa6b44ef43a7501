"""What was bought before the origin: purchases by customer and day, arranged for slices and sums."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sodai.serving.state.ids import Ids
from sodai.settings.columns import CUSTOMER_ID, ITEMS, PRODUCT_ID, PURCHASE_DATE

EPOCH = date(1970, 1, 1)
WEEK_DAYS = 7


@dataclass(frozen=True, eq=False)
class History:
    """Purchases (net items of a pair on a day, where positive), ordered by customer and day.

    Attributes
    ----------
    origin_day : int
        Days from 1970-01-01 to the origin.
    starts : ndarray of int64
        Where each customer's purchases begin.
    customer, product, day : ndarray of int32
    items : ndarray of float64
    lines : int
        Lines that they came from.
    """

    origin_day: int
    starts: NDArray[np.int64]
    customer: NDArray[np.int32]
    product: NDArray[np.int32]
    day: NDArray[np.int32]
    items: NDArray[np.float64]
    lines: int
    products: int

    @classmethod
    def of(cls, lines: pa.Table, origin: date, customers: Ids, products: Ids) -> Self:
        """Arrange clean lines."""
        days = lines[PURCHASE_DATE].cast(pa.date32())
        known = lines.filter(pc.less(days, pa.scalar(origin, pa.date32())))
        net = (
            known.group_by([CUSTOMER_ID, PRODUCT_ID, PURCHASE_DATE])
            .aggregate([(ITEMS, "sum")])
            .filter(pc.field(f"{ITEMS}_sum") > 0)
        )
        customer = customers.positions(net[CUSTOMER_ID])
        product = products.positions(net[PRODUCT_ID])
        day = net[PURCHASE_DATE].cast(pa.date32()).cast(pa.int32()).to_numpy()
        order = np.lexsort((product, day, customer))
        return cls(
            origin_day=(origin - EPOCH).days,
            starts=np.searchsorted(customer[order], np.arange(len(customers) + 1)),
            customer=customer[order],
            product=product[order],
            day=day[order],
            items=net[f"{ITEMS}_sum"].to_numpy().astype(np.float64)[order],
            lines=known.num_rows,
            products=len(products),
        )

    @cached_property
    def week(self) -> NDArray[np.int32]:
        """Week of each purchase: 1 is the newest."""
        weeks: NDArray[np.int32] = (self.origin_day - 1 - self.day) // WEEK_DAYS + 1
        return weeks

    @cached_property
    def bought(self) -> NDArray[np.int64]:
        """Pairs that were ever bought, as ``customer * products + product``, sorted."""
        return np.unique(self.customer.astype(np.int64) * self.products + self.product)

    @cached_property
    def by_product(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Purchases ordered by product, and where each product's begin."""
        order = np.argsort(self.product, kind="stable")
        return order, np.searchsorted(self.product[order], np.arange(self.products + 1))

    def was_bought(
        self, customer: int | NDArray[np.int32], product: int | NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Whether the customer ever bought each product."""
        codes = np.asarray(np.asarray(customer, np.int64) * self.products + product)
        if not len(self.bought):
            return np.zeros(codes.shape, bool)
        found = np.minimum(np.searchsorted(self.bought, codes), len(self.bought) - 1)
        same: NDArray[np.bool_] = self.bought[found] == codes
        return same

    def of_customer(self, customer: int) -> slice:
        """Purchases of a customer, oldest first."""
        return slice(int(self.starts[customer]), int(self.starts[customer + 1]))

    def of_product(self, product: int) -> NDArray[np.intp]:
        """Purchases of a product."""
        order, starts = self.by_product
        return order[starts[product] : starts[product + 1]]

    def day_of(self, number: int) -> date:
        """Return the date of a day number."""
        return EPOCH + timedelta(days=number)

    def first_day_of_week(self, week: int) -> date:
        """First day of week ``week`` before the origin."""
        return EPOCH + timedelta(days=self.origin_day - WEEK_DAYS * week)

    @property
    def last_day(self) -> date | None:
        """Newest day with a purchase."""
        return self.day_of(int(self.day.max())) if len(self.day) else None
