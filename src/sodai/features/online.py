"""The features of one customer now, with lines that might come in: the weekly expressions, on arrays.

What one customer's lines can change is computed from its lines and those given. What tells of other customers
(`sodai.features.catalogue.Block.market`: sales of products and codes, neighbours, what goes with what) stays
as it was at the origin: an order of one customer among many does not move the market, and each answer would
have to count all lines anew. Without lines given, the features are those of `sodai.features.snapshot`.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from sodai.features import neighbours
from sodai.features.arrays import Column, Program
from sodai.features.arrays.column import columns_of, texts_of
from sodai.features.build import catalogue, features_of, market
from sodai.features.candidates import candidates
from sodai.features.engine import TableSet
from sodai.features.past import Past, day_number
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, ITEMS, KEYS, ORIGIN, PAIR, PRODUCT_ID, PURCHASE_DATE

ASKED = "asked"
LINES = "lines"


class CustomerLines(NamedTuple):
    """Lines of one customer, ids as positions.

    Attributes
    ----------
    product : ndarray of int64
    day : ndarray of int64
        Days since 1970-01-01.
    items : ndarray of float64
    """

    product: NDArray[np.int64]
    day: NDArray[np.int64]
    items: NDArray[np.float64]


@dataclass(frozen=True)
class _Unkept(TableSet):
    """Tables whose intermediate results are expressions: nothing is computed while they are put together."""

    def keep(self, expression: ir.Table) -> ir.Table:
        """Return the expression itself."""
        return expression


@dataclass(frozen=True)
class _OneCustomer(Past):
    """A past whose lines are of one customer; what is of all customers is known from before."""

    ready: dict[str, ir.Table] = field(default_factory=dict)
    large: bool = False

    @cached_property
    def origins(self) -> ir.Table:
        """The one origin."""
        return self.ready["origins"]

    @cached_property
    def product_classes(self) -> ir.Table:
        """Classes, numbered over all products."""
        return self.ready["product_classes"]

    @cached_property
    def customer_classes(self) -> ir.Table:
        """Types, numbered over all customers."""
        return self.ready["customer_classes"]

    @cached_property
    def is_large(self) -> bool:
        """Whether the whole catalogue is."""
        return self.large


class Online:
    """Ready to compute features of any customer at one origin.

    Making it counts all lines once, which takes seconds; `features` takes milliseconds.

    Parameters
    ----------
    tables : TableSet
        Clean tables, the ids of which are whole numbers.
    origin : date
    settings : Settings

    Attributes
    ----------
    texts : dict of str to list of str
        The values of each categorical feature; `features` gives their positions.
    """

    def __init__(self, tables: TableSet, origin: date, settings: Settings) -> None:
        past = Past(tables, (origin,), settings, candidates)
        parts = market(past)
        held = {"affinity": neighbours.affinity(past)}
        if past.is_large:
            held["best_held"] = past.held["best_held"]
        ready = {name: getattr(past, name) for name in ("origins", "product_classes", "customer_classes")}
        kept = {**parts, **held, **ready}
        computed = {name: table.to_pyarrow() for name, table in kept.items()}
        named = {name: ibis.table(table.schema(), name=name) for name, table in kept.items()}
        self.texts = {name: texts for table in computed.values() for name, texts in texts_of(table).items()}
        self._origin = day_number(origin)
        self._candidates = _Candidates.of(past)
        self._features = catalogue(settings)
        own = _OneCustomer(
            _unkept(tables),
            (origin,),
            settings,
            lambda _: ibis.table(dict.fromkeys(KEYS, "int64") | {ORIGIN: "date"}, name=ASKED),
            held={name: named[name] for name in held},
            ready={name: named[name] for name in ready},
            large=past.is_large,
        )
        expression = features_of(own, {name: named[name] for name in parts})
        self._program = Program(expression, {name: columns_of(table) for name, table in computed.items()})

    def products_of(self, customer: int, lines: CustomerLines) -> NDArray[np.int64]:
        """Products worth a score: the candidates of the week, and those of the lines."""
        return np.union1d(self._candidates.of_customer(customer), lines.product)

    def features(
        self, customer: int, lines: CustomerLines, products: NDArray[np.int64]
    ) -> dict[str, NDArray[Any]]:
        """Compute the features of one customer with some products.

        Parameters
        ----------
        customer : int
        lines : CustomerLines
            All lines of the customer before the origin, those that might come in among them.
        products : ndarray of int64
            Distinct and ascending.

        Returns
        -------
        dict of str to ndarray
            Every feature of the catalogue, a value a product: float64, NaN where undefined; of a categorical
            one the position in `texts`, -1 where undefined.
        """
        found = self._program.run(
            {
                ASKED: {
                    ORIGIN: Column(np.full(len(products), self._origin)),
                    CUSTOMER_ID: Column(np.full(len(products), customer)),
                    PRODUCT_ID: Column(products),
                },
                LINES: {
                    CUSTOMER_ID: Column(np.full(len(lines.product), customer)),
                    PRODUCT_ID: Column(lines.product),
                    PURCHASE_DATE: Column(lines.day),
                    ITEMS: Column(lines.items),
                },
            }
        )
        return {one.name: _told(found[one.name], one.kind) for one in self._features}


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Products of every customer; of a small catalogue they are the same for all."""

    all_products: NDArray[np.int64] | None
    customer: NDArray[np.int64]
    product: NDArray[np.int64]

    @classmethod
    def of(cls, past: Past) -> "_Candidates":
        pairs = past.keys.select(*PAIR).to_pyarrow()
        customer, product = (pairs[name].to_numpy().astype(np.int64) for name in PAIR)
        if not past.is_large:
            return cls(np.unique(product), customer[:0], product[:0])
        order = np.lexsort((product, customer))
        return cls(None, customer[order], product[order])

    def of_customer(self, customer: int) -> NDArray[np.int64]:
        if self.all_products is not None:
            return self.all_products
        first, end = np.searchsorted(self.customer, [customer, customer + 1])
        return self.product[first:end]


def _unkept(tables: TableSet) -> TableSet:
    schema = {CUSTOMER_ID: "int64", PRODUCT_ID: "int64", PURCHASE_DATE: "date", ITEMS: "float64"}
    return _Unkept(tables.backend, tables.customers, tables.products, ibis.table(schema, name=LINES))


def _told(column: Column, kind: str) -> NDArray[Any]:
    if kind != "numeric":
        return column.values if column.null is None else np.where(column.null, -1, column.values)
    values = column.values.astype(np.float64)
    return values if column.null is None else np.where(column.null, np.nan, values)
