"""How many items, given that the customer buys: what turns a probability into expected items."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from sodai.data import write_atomic
from sodai.learning.design import Design
from sodai.learning.schema import Matrix, Schema

if TYPE_CHECKING:
    import lightgbm as lgb

MODEL_FILE: Final = "quantity.txt"
ENOUGH_FOR_TREES: Final = 2_000
ROWS: Final = 100_000
PRIOR_PURCHASES: Final = 2.0
TOP_SHARE: Final = 0.999
SMALLEST: Final = 1e-3
PARAMETERS: Final = {
    "objective": "gamma",
    "learning_rate": 0.08,
    "num_leaves": 31,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.3,
    "lambda_l2": 5.0,
}
ROUNDS: Final = 120


@dataclass(frozen=True, eq=False)
class Quantity:
    """Expected items of a purchase.

    With enough purchases: gradient boosted trees with a gamma loss, whose log link keeps them positive. With
    few: the pair's own mean, shrunk towards everybody's as if that had been seen ``PRIOR_PURCHASES`` times.

    Attributes
    ----------
    mean, top : float
        Items of a mean purchase, and of one of the largest: nothing expected exceeds it.
    scale : float
        Factor that makes the mean purchase of later weeks what was expected of it.
    schema : Schema
    trees : lgb.Booster, optional
    threads : int
    """

    mean: float
    top: float
    scale: float
    schema: Schema
    trees: "lgb.Booster | None" = None
    threads: int = 2

    @classmethod
    def fit(cls, design: Design, items: NDArray[np.float64], *, seed: int, threads: int) -> Self:
        """Learn from the rows that bought; ``items`` are the target items of all rows of ``design``."""
        bought = np.flatnonzero((design.label == 1) & (items > 0))[-ROWS:]
        if not len(bought):
            return cls(1.0, 1.0, 1.0, design.schema)
        top = float(np.quantile(items[bought], TOP_SHARE))
        capped = np.minimum(items[bought], top)
        mean = float(capped.mean())
        if len(bought) < ENOUGH_FOR_TREES:
            return cls(mean, top, 1.0, design.schema, threads=threads)
        return cls(mean, top, 1.0, design.schema, _grow(design, bought, capped, seed, threads), threads)

    @property
    def kind(self) -> str:
        """``trees`` or ``shrunken mean``."""
        return "shrunken mean" if self.trees is None else "trees"

    def predict_matrix(self, matrix: Matrix) -> NDArray[np.float64]:
        """Predict the items of a purchase for each row: positive and finite."""
        if not len(matrix):
            return np.empty(0)
        expected = self._shrunken(matrix) if self.trees is None else _score(self.trees, matrix, self.threads)
        return self.rescale(expected)

    def rescale(self, expected: NDArray[np.float64]) -> NDArray[np.float64]:
        """Apply the scale and the bounds to expected items."""
        return np.clip(expected * self.scale, SMALLEST, max(SMALLEST, self.top))

    def scaled(self, scale: float) -> Self:
        """Return the same model with another scale."""
        return replace(self, scale=scale)

    def _shrunken(self, matrix: Matrix) -> NDArray[np.float64]:
        own = self._column(matrix, "quantity_mean", self.mean)
        purchases = self._column(matrix, "pair_purchases", 0.0)
        return (own * purchases + self.mean * PRIOR_PURCHASES) / (purchases + PRIOR_PURCHASES)

    def _column(self, matrix: Matrix, name: str, missing: float) -> NDArray[np.float64]:
        if name not in self.schema.names:
            return np.full(len(matrix), missing)
        column = matrix[:, self.schema.position(name)].astype(np.float64)
        return np.maximum(np.where(np.isnan(column), missing, column), 0.0)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the trees, if any, into ``folder``, and return the rest for the model's description."""
        if self.trees is not None:
            text = self.trees.model_to_string()
            write_atomic(folder / MODEL_FILE, lambda file: _write_text(file, text))
        return {"kind": self.kind, "mean": self.mean, "top": self.top, "scale": self.scale}

    @classmethod
    def load(cls, folder: Path, description: dict[str, Any], schema: Schema, threads: int) -> Self:
        """Read what ``save`` wrote."""
        booster = _read(folder / MODEL_FILE) if description["kind"] == "trees" else None
        mean, top, scale = (float(description[name]) for name in ("mean", "top", "scale"))
        return cls(mean, top, scale, schema, booster, threads)


def _grow(
    design: Design, at: NDArray[np.intp], items: NDArray[np.float64], seed: int, threads: int
) -> "lgb.Booster":
    from sodai.learning import trees  # noqa: PLC0415 - LightGBM is loaded only when needed

    return trees.grow_on(PARAMETERS | {"seed": seed}, design.take(at), items, ROUNDS, threads)


def _score(booster: "lgb.Booster", matrix: Matrix, threads: int) -> NDArray[np.float64]:
    from sodai.learning import trees  # noqa: PLC0415 - LightGBM is loaded only when needed

    return trees.score(booster, matrix, threads)


def _read(file: Path) -> "lgb.Booster":
    from sodai.learning import trees  # noqa: PLC0415 - LightGBM is loaded only when needed

    return trees.read(file)


def _write_text(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
