"""One week of scored rows in the order that all metrics share: by customer, then by product."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodai.evaluation.rows import ScoredRows
from sodai.settings import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

ACTIVITIES = ("light", "medium", "heavy")
UNKNOWN, OTHER = "unknown", "other"
MOST_CLASSES = 12


@dataclass(frozen=True)
class Classes:
    """A class of each row's customer: a position in ``names``."""

    names: tuple[str, ...]
    code: Ints


@dataclass(frozen=True)
class Week:
    """The rows of one origin, sorted by customer and product, with ids turned into positions.

    ``customers`` are positions among the customers of all weeks; ``customer`` and ``product`` are positions
    among those of this week. ``information`` is -log2 of the popularity of the row's product, in bits.
    """

    origin: str
    customers: Ints
    customer: Ints
    product: Ints
    n_products: int
    label: Bools
    seen: Bools
    information: Floats
    group: Ints | None
    scores: Mapping[str, Floats]
    classes: Mapping[str, Classes]

    @property
    def n_customers(self) -> int:
        """Customers with at least one row."""
        return len(self.customers)

    def where(self, keep: Bools) -> "Week":
        """Take the rows of a slice; customers and products are numbered anew."""
        present, customer = _dense(self.customer[keep], self.n_customers)
        products, product = _dense(self.product[keep], self.n_products)
        return Week(
            origin=self.origin,
            customers=self.customers[present],
            customer=customer,
            product=product,
            n_products=len(products),
            label=self.label[keep],
            seen=self.seen[keep],
            information=self.information[keep],
            group=None if self.group is None else self.group[keep],
            scores={name: values[keep] for name, values in self.scores.items()},
            classes={name: Classes(c.names, c.code[keep]) for name, c in self.classes.items()},
        )


@dataclass(frozen=True)
class Weeks:
    """All weeks of some rows, oldest first; ``customer``, ``product``, ``group`` number the ids in order."""

    rows: ScoredRows
    origins: tuple[str, ...]
    customer: Ints
    product: Ints
    group: Ints | None
    classes: Mapping[str, Classes]

    @property
    def n_customers(self) -> int:
        """Customers of all weeks together."""
        return int(self.customer.max()) + 1

    def __iter__(self) -> Iterator[Week]:
        return (_week(self, origin) for origin in self.origins)

    def __len__(self) -> int:
        return len(self.origins)


def split(rows: ScoredRows) -> Weeks:
    """Split rows into weeks, with ids numbered; a week is sorted only when it is reached."""
    named = {"customer_type": rows.customer_type, "activity": None if _counted(rows) else rows.activity}
    return Weeks(
        rows=rows,
        origins=tuple(str(origin) for origin in np.unique(rows.origin)),
        customer=_numbered(rows.customer),
        product=_numbered(rows.product),
        group=None if rows.product_group is None else _numbered(rows.product_group),
        classes={dimension: _named(values) for dimension, values in named.items() if values is not None},
    )


def _counted(rows: ScoredRows) -> bool:
    """Whether activity has to be cut into thirds: it is not given, or given as numbers."""
    return rows.activity is None or np.issubdtype(np.asarray(rows.activity).dtype, np.number)


def product_popularity(product: Ints, seen: Bools, n_customers: int) -> Floats:
    """Share of customers who bought each product before; half a customer where nobody did."""
    buyers = np.bincount(product, seen)
    return np.maximum(buyers, 0.5) / n_customers


def _week(weeks: Weeks, origin: str) -> Week:
    rows, width = weeks.rows, int(weeks.product.max()) + 1
    at = np.flatnonzero(rows.origin == np.datetime64(origin))
    key = weeks.customer[at] * width + weeks.product[at]
    order = np.argsort(key, kind="stable")
    at, key = at[order], key[order]
    if (key[1:] == key[:-1]).any():
        raise InputError(
            f"a pair appears twice at origin {origin}", hint="Every candidate pair may be scored once."
        )
    customers, customer = _dense(weeks.customer[at], weeks.n_customers)
    products, product = _dense(weeks.product[at], width)
    seen = rows.seen[at].astype(np.bool_)
    classes = {name: Classes(c.names, c.code[at]) for name, c in weeks.classes.items()}
    if _counted(rows):
        classes["activity"] = Classes(ACTIVITIES, _activity(rows, at, customer, seen))
    if rows.popularity is None:
        popularity = product_popularity(product, seen, len(customers))[product]
    else:
        popularity = np.clip(rows.popularity[at].astype(np.float64), 0.5 / len(customers), 1)
    return Week(
        origin=origin,
        customers=customers,
        customer=customer,
        product=product,
        n_products=len(products),
        label=rows.label[at].astype(np.bool_),
        seen=seen,
        information=-np.log2(popularity),
        group=None if weeks.group is None else weeks.group[at],
        scores={name: np.asarray(values[at], np.float64) for name, values in rows.scores.items()},
        classes=classes,
    )


def _activity(rows: ScoredRows, at: Ints, customer: Ints, seen: Bools) -> Ints:
    """Thirds of the week's customers by what they bought before."""
    if rows.activity is None:
        return thirds(np.bincount(customer, seen))[customer]
    first = np.r_[0, np.flatnonzero(np.diff(customer)) + 1]
    return thirds(rows.activity[at][first].astype(np.float64))[customer]


def thirds(purchases: Floats | Ints) -> Ints:
    """Class of each customer, as a position in ``ACTIVITIES``: thirds of the past purchases.

    >>> thirds(np.array([1.0, 9.0, 4.0])).tolist()
    [0, 2, 1]
    """
    known = np.where(np.isfinite(purchases), purchases, 0.0)
    bounds = np.quantile(known, (1 / 3, 2 / 3))
    return np.searchsorted(bounds, known, side="left").astype(np.intp)


def _named(values: NDArray[Any]) -> Classes:
    """Classes by name; the rare ones beyond ``MOST_CLASSES`` become one."""
    codes, names = pd.factorize(values)
    codes = np.where(codes < 0, len(names), codes).astype(np.intp)
    texts = [*(str(name) for name in names), UNKNOWN]
    size = np.bincount(codes, minlength=len(texts))
    kept = np.argsort(-size, kind="stable")[:MOST_CLASSES]
    ordered = sorted(kept.tolist(), key=lambda code: texts[code])
    place = np.full(len(texts), len(ordered), np.intp)
    place[ordered] = np.arange(len(ordered))
    return Classes((*(texts[code] for code in ordered), OTHER), place[codes])


def _numbered(ids: NDArray[Any]) -> Ints:
    codes, _ = pd.factorize(ids, sort=True, use_na_sentinel=False)
    return codes.astype(np.intp, copy=False)


def _dense(codes: Ints, size: int) -> tuple[Ints, Ints]:
    """Find the codes that occur, ascending, and each row's position among them."""
    there = np.zeros(size, np.bool_)
    there[codes] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[codes]
