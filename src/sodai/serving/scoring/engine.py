"""Features of one customer with lines that might come in, and what the champion says of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sodai.data.tables import Tables
from sodai.features import CustomerLines, Online, TableSet, catalogue, connect
from sodai.learning import Model
from sodai.learning.explanation import (
    Contributions,
    Meanings,
    Reason,
    Reasoner,
    contributions_of,
    group_of,
)
from sodai.serving.scoring.lines import Floats, Matrix, NewLines, Scores
from sodai.serving.state import Ids, State
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, ITEMS, PRODUCT_ID, PURCHASE_DATE

# Rows that contributions are measured against, where a model needs some: all products of a few customers.
BACKGROUND_CUSTOMERS = 20
BACKGROUND_ROWS = 500


@dataclass(frozen=True, eq=False)
class Past:
    """The clean lines of all customers, and the features made ready on them: good for one week."""

    online: Online
    starts: NDArray[np.int64]
    product: NDArray[np.int64]
    day: NDArray[np.int64]
    items: Floats

    @classmethod
    def of(cls, state: State) -> Self:
        """Read the lines of the run and count what does not change; takes seconds."""
        tables = Tables.read(state.clean)
        lines = _lines(tables.lines, state.customers, state.products)
        online = _online(tables, lines, state)
        customer = lines[CUSTOMER_ID].to_numpy()
        order = np.argsort(customer, kind="stable")
        days = lines[PURCHASE_DATE].cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
        return cls(
            online=online,
            starts=np.searchsorted(customer[order], np.arange(len(state.customers) + 1)),
            product=lines[PRODUCT_ID].to_numpy()[order],
            day=days[order],
            items=lines[ITEMS].to_numpy()[order].astype(np.float64),
        )

    def lines(self, customer: int | None, new: NewLines) -> CustomerLines:
        """Lines of a customer and new ones; nobody knows a customer that is None."""
        rows = slice(0, 0) if customer is None else slice(*self.starts[[customer, customer + 1]].tolist())
        return CustomerLines(
            np.concatenate([self.product[rows], new.product]),
            np.concatenate([self.day[rows], new.day]),
            np.concatenate([self.items[rows], new.items]),
        )


class Engine:
    """A past with a model on it.

    Parameters
    ----------
    past : Past
    model : Model
    settings : Settings
        Those of the run.
    """

    def __init__(self, past: Past, model: Model, settings: Settings) -> None:
        self.past, self.model = past, model
        self._reasoner = Reasoner(catalogue(settings), settings)
        schema = model.schema
        texts = past.online.texts
        # One more at the end: position -1 is a value that is missing.
        self._codes = {
            name: np.append(schema.codes(name, texts[name]), np.float32(np.nan)) for name in schema.categories
        }
        self._typical = self._spread()
        self.meanings = _meanings(settings)

    @classmethod
    def load(cls, past: Past, folder: Path, settings: Settings) -> Self:
        """Read a model; one thread, because requests share the machine."""
        return cls(past, Model.load(folder, threads=1), settings)

    def score(self, customer: int | None, new: NewLines) -> Scores | None:
        """Score all products of a customer; None where it never bought anything and no lines are given."""
        lines = self.past.lines(customer, new)
        if not (lines.items > 0).any():
            return None
        who = -1 if customer is None else customer
        products = self.past.online.products_of(who, lines)
        values = self.past.online.features(who, lines, products)
        matrix = self._encoded(values, len(products))
        probability, expected = self.model.answer(matrix)
        return Scores(products, probability, expected, matrix, values)

    def _encoded(self, values: dict[str, NDArray[Any]], rows: int) -> Matrix:
        names = self.model.schema.names
        matrix = np.empty((rows, len(names)), np.float32, order="F")
        for at, name in enumerate(names):
            matrix[:, at] = self._codes[name][values[name]] if name in self._codes else values[name]
        matrix[np.isinf(matrix)] = np.nan
        return matrix

    def explain(
        self, scores: Scores, rows: NDArray[np.intp]
    ) -> tuple[Contributions, list[tuple[Reason, ...]]]:
        """Say what drives some rows of scores, in figures and in words."""
        found = contributions_of(self.model.algorithm, scores.matrix[rows], self._typical)
        return found, self._reasoner.reasons(found, self.frame(scores, rows))

    def frame(self, scores: Scores, rows: NDArray[np.intp]) -> pd.DataFrame:
        """Return the features of some rows: numbers, and texts as objects."""
        columns = {}
        for name in self.model.schema.names:
            values = scores.features[name][rows]
            if name in self._codes:
                texts = np.array([*self.past.online.texts[name], None], object)
                values = texts[values]
            columns[name] = values
        return pd.DataFrame(columns)

    def _spread(self) -> Matrix:
        """Return rows that contributions are measured against."""
        known = np.flatnonzero(np.diff(self.past.starts))
        spread = np.unique(np.linspace(0, len(known) - 1, BACKGROUND_CUSTOMERS).astype(int))
        scored = [self.score(int(known[at]), NewLines.none()) for at in spread]
        rows = np.concatenate([one.matrix for one in scored if one is not None])
        kept = np.linspace(0, len(rows) - 1, min(BACKGROUND_ROWS, len(rows))).astype(int)
        return np.asfortranarray(rows[kept])


def _lines(lines: pa.Table, customers: Ids, products: Ids) -> pa.Table:
    return pa.table(
        {
            CUSTOMER_ID: customers.positions(lines[CUSTOMER_ID]).astype(np.int64),
            PRODUCT_ID: products.positions(lines[PRODUCT_ID]).astype(np.int64),
            PURCHASE_DATE: lines[PURCHASE_DATE].cast(pa.date32()),
            ITEMS: lines[ITEMS].cast(pa.float64()),
        }
    )


def _online(tables: Tables, lines: pa.Table, state: State) -> Online:
    settings = state.settings
    features = settings.features.model_copy(update={"engine": "duckdb"})
    made = {
        "customers": _positioned(tables.customers, CUSTOMER_ID, state.customers),
        "products": _positioned(tables.products, PRODUCT_ID, state.products),
        "lines": lines,
    }
    with connect(settings.model_copy(update={"features": features})) as backend:
        named = {name: backend.create_table(name, ibis.memtable(table)) for name, table in made.items()}
        return Online(TableSet(backend, **named), state.origin, settings)


def _positioned(table: pa.Table, key: str, ids: Ids) -> pa.Table:
    """Replace ids by their positions, which have the same order."""
    at = table.column_names.index(key)
    return table.set_column(at, key, pa.array(ids.positions(table[key]).astype(np.int64)))


def _meanings(settings: Settings) -> dict[str, dict[str, Any]]:
    """Family, reason group and meaning of every feature."""
    features = catalogue(settings)
    said = Meanings(features, settings.explanation.labels)
    return {
        one.name: {
            "family": one.family,
            "group": group_of(one.name),
            "meaning": {"es": said.of(one.name, "es"), "en": said.of(one.name, "en")},
        }
        for one in features
    }
