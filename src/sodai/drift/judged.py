"""Weeks that are over and that the champion had not seen: what it said of each pair, and what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import optimize

from sodai.learning.measures import Floats, expit, log_losses, logit
from sodai.settings.columns import (
    CUSTOMER_ID,
    EXPECTED_ITEMS,
    LABEL,
    ORIGIN,
    PRODUCT_ID,
    TARGET_ITEMS,
    WEIGHT,
)

STATIC: Final = "static_"
ATTRIBUTE: Final = "attribute_"
SIDES: Final = ("customer_", "product_")
CHAMPION, BASELINE = "champion", "baseline"
FURTHEST_LEVEL: Final = 20.0


@dataclass(frozen=True, eq=False)
class Judged:
    """Pairs with two scores and their outcome, one row each.

    Attributes
    ----------
    origin : ndarray of datetime64[D]
    customer, product : ndarray
    label : ndarray of int8
    weight : ndarray of float64
        Pairs that the row stands for.
    champion, baseline : ndarray of float64
        Probabilities of the model in use and of the simple baseline.
    items, expected_items : ndarray of float64
        Net items that were bought, and what the champion expected.
    attributes : mapping of str to ndarray of str
        Attributes of customers and products by the names of their columns, ``""`` where unknown; a name that
        both tables have is the product's.
    """

    origin: NDArray[np.datetime64]
    customer: NDArray[Any]
    product: NDArray[Any]
    label: NDArray[np.int8]
    weight: Floats
    champion: Floats
    baseline: Floats
    items: Floats
    expected_items: Floats
    attributes: Mapping[str, NDArray[np.str_]]

    def __len__(self) -> int:
        return len(self.label)

    @classmethod
    def of(cls, rows: pa.Table, champion: Floats, baseline: Floats, expected: Floats) -> Self:
        """Put rows of a panel and what was said of them together; attributes are its static features."""
        told = {CHAMPION: champion, BASELINE: baseline, EXPECTED_ITEMS: expected}
        for name, values in told.items():
            rows = rows.append_column(name, pa.array(values))
        texts = [
            field.name
            for field in rows.schema
            if field.name.startswith(STATIC) and not pa.types.is_floating(field.type)
        ]
        return cls._from(rows, {_column(name): name for name in texts})

    @classmethod
    def read(cls, rows: pa.Table) -> Self:
        """Take rows that `table` laid out."""
        names = [name for name in rows.column_names if name.startswith(ATTRIBUTE)]
        return cls._from(rows, {name.removeprefix(ATTRIBUTE): name for name in names})

    @classmethod
    def _from(cls, rows: pa.Table, attributes: Mapping[str, str]) -> Self:
        weight = rows[WEIGHT].to_numpy() if WEIGHT in rows.column_names else np.ones(rows.num_rows)
        return cls(
            origin=rows[ORIGIN].cast(pa.date32()).to_numpy().astype("datetime64[D]"),
            customer=rows[CUSTOMER_ID].to_numpy(),
            product=rows[PRODUCT_ID].to_numpy(),
            label=rows[LABEL].to_numpy().astype(np.int8),
            weight=weight.astype(np.float64),
            champion=rows[CHAMPION].to_numpy(),
            baseline=rows[BASELINE].to_numpy(),
            items=rows[TARGET_ITEMS].to_numpy().astype(np.float64),
            expected_items=rows[EXPECTED_ITEMS].to_numpy(),
            attributes={name: _texts(rows[column]) for name, column in attributes.items()},
        )

    def table(self) -> pa.Table:
        """Lay the rows out for a file; `read` takes them back."""
        arrays = {
            ORIGIN: pa.array(self.origin, pa.date32()),
            CUSTOMER_ID: self.customer,
            PRODUCT_ID: self.product,
            LABEL: self.label,
            WEIGHT: self.weight,
            TARGET_ITEMS: self.items,
            CHAMPION: self.champion,
            BASELINE: self.baseline,
            EXPECTED_ITEMS: self.expected_items,
        }
        texts = {
            f"{ATTRIBUTE}{name}": pa.array(values.tolist(), pa.string())
            for name, values in self.attributes.items()
        }
        return pa.table({**arrays, **texts})

    @classmethod
    def join(cls, parts: Iterable["Judged"]) -> Self:
        """Put rows together; attributes that one part lacks are dropped."""
        parts = list(parts)
        names = set.intersection(*(set(part.attributes) for part in parts)) if parts else set()
        arrays = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(cls)
            if field.name != "attributes"
        }
        attributes = {n: np.concatenate([part.attributes[n] for part in parts]) for n in sorted(names)}
        return cls(**arrays, attributes=attributes)

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Rows where ``mask`` holds."""
        arrays: dict[str, Any] = {
            field.name: getattr(self, field.name)[mask]
            for field in fields(self)
            if field.name != "attributes"
        }
        return replace(self, **arrays, attributes={n: v[mask] for n, v in self.attributes.items()})

    def sampled(self, rate: float, seed: int) -> Self:
        """All purchases, and a share ``rate`` of the other rows with inverse weights."""
        drawn = np.random.default_rng(seed).random(len(self)) < rate
        kept = self.where(drawn | (self.label == 1))
        return replace(kept, weight=np.where(kept.label == 1, kept.weight, kept.weight / rate))

    def weeks(self) -> list["Judged"]:
        """Return the rows of each origin, oldest first."""
        return [self.where(self.origin == day) for day in np.unique(self.origin)]

    def levelled(self, probability: Floats) -> Floats:
        """Probabilities whose sum over the pairs is what was bought; the order of the pairs stays.

        How much is bought in a week is a matter of the whole company, which no ranking and no reading of a
        single customer can know; what is left after this is what a model can be blamed for.
        """
        bought = float(self.weight @ self.label)
        if not 0 < bought < float(self.weight.sum()):
            return probability
        odds = logit(probability)

        def excess(level: float) -> float:
            return float(self.weight @ expit(odds + level)) - bought

        level = optimize.brentq(excess, -FURTHEST_LEVEL, FURTHEST_LEVEL, xtol=1e-6)
        return expit(odds + float(level))

    def losses(self, probability: Floats) -> Floats:
        """Weighted log-loss of each row, in nats."""
        return self.weight * log_losses(self.label, probability)


def _column(feature: str) -> str:
    """Name of the column that a static feature was made from."""
    name = feature.removeprefix(STATIC)
    return next((name.removeprefix(side) for side in SIDES if name.startswith(side)), name)


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    values: Sequence[Any] = column.cast(pa.string()).fill_null("").to_pylist()
    return np.array(values, dtype=np.str_)
