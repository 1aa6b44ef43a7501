"""The schema of a model: which features it reads, in which order, and what its categories are.

Algorithms never see a data frame. They see the matrix that a schema makes of one: float32, one column a
feature, missing as NaN, a category as its position in the list learnt when the model was fitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodai.settings import InputError

Kind = Literal["numeric", "categorical"]
Category = str | int | float | bool
Matrix = NDArray[np.float32]


class FeatureLike(Protocol):
    """What learning needs to know of a feature; ``sodai.features.Feature`` has it."""

    @property
    def name(self) -> str:
        """Column name."""

    @property
    def kind(self) -> str:
        """``numeric`` or ``categorical``."""


@dataclass(frozen=True)
class Schema:
    """Names of the features in order, and the categories of those that are categorical.

    Examples
    --------
    A category that was not there at fitting becomes missing:

    >>> table = pd.DataFrame({"age": [1.0, 2.0], "zone": ["north", "south"]})
    >>> schema = Schema.learn(table, ["zone"])
    >>> schema.encode(pd.DataFrame({"zone": ["south", "east"], "age": [3.0, None]})).tolist()
    [[3.0, 1.0], [nan, nan]]
    """

    names: tuple[str, ...]
    categories: Mapping[str, tuple[Category, ...]]

    @classmethod
    def learn(cls, features: pd.DataFrame, categorical: Iterable[str] | None = None) -> Self:
        """Take names from ``features`` and categories from the values that occur, in sorted order.

        ``categorical`` names the categorical columns; without it, every column that is not a number is one.
        """
        named = _not_numeric(features) if categorical is None else list(categorical)
        return cls(
            names=tuple(map(str, features.columns)),
            categories={name: _occurring(features[name]) for name in named},
        )

    @property
    def categorical_positions(self) -> list[int]:
        """Positions of the categorical features."""
        return [at for at, name in enumerate(self.names) if name in self.categories]

    def kind(self, name: str) -> Kind:
        """Kind of the feature ``name``."""
        return "categorical" if name in self.categories else "numeric"

    def position(self, name: str) -> int:
        """Column of the feature ``name`` in the matrix.

        Raises
        ------
        InputError
            If there is no such feature.
        """
        if name not in self.names:
            raise InputError(f"there is no feature {name!r}", allowed=", ".join(self.names))
        return self.names.index(name)

    def encode(self, features: pd.DataFrame, at: NDArray[np.intp] | None = None) -> Matrix:
        """Matrix (rows x features) in Fortran order. Infinite values and unknown categories become NaN.

        With ``at``, only of the rows at these positions: no second copy of the others is made.

        Raises
        ------
        InputError
            If a feature is missing from ``features`` or a numeric one does not hold numbers.
        """
        missing = [name for name in self.names if name not in features.columns]
        if missing:
            raise InputError(
                f"the features lack {', '.join(missing)}",
                hint="Make the snapshot with the settings that the model was trained with.",
            )
        rows = len(features) if at is None else len(at)
        matrix = np.empty((rows, len(self.names)), dtype=np.float32, order="F")
        for position, name in enumerate(self.names):
            column = features[name] if at is None else features[name].take(at)
            matrix[:, position] = self._codes(column) if name in self.categories else _numbers(column)
        return matrix

    def codes(self, name: str, values: Sequence[Category]) -> Matrix:
        """Encode values of one categorical feature; NaN where they were not there at fitting."""
        return self._codes(pd.Series(list(values), name=name, dtype=object))

    def _codes(self, column: pd.Series) -> Matrix:
        known = pd.Index(self.categories[str(column.name)])
        if isinstance(column.dtype, pd.CategoricalDtype):
            positions = _positions(known, column.cat.categories)
            codes = np.append(positions, -1)[column.cat.codes.to_numpy()]
        else:
            codes = _positions(known, column)
        return np.where(codes < 0, np.nan, codes).astype(np.float32)

    def to_json(self) -> dict[str, object]:
        """Return a description that JSON can hold; ``from_json`` reads it back."""
        return {"names": list(self.names), "categories": {k: list(v) for k, v in self.categories.items()}}

    @classmethod
    def from_json(cls, description: Mapping[str, object]) -> Self:
        """Read what ``to_json`` wrote."""
        names: Sequence[str] = description["names"]  # type: ignore[assignment]
        categories: Mapping[str, list[Category]] = description["categories"]  # type: ignore[assignment]
        return cls(tuple(names), {name: tuple(values) for name, values in categories.items()})


def _not_numeric(features: pd.DataFrame) -> list[str]:
    return [str(name) for name, dtype in features.dtypes.items() if not pd.api.types.is_numeric_dtype(dtype)]


def _occurring(column: pd.Series) -> tuple[Category, ...]:
    values = [value.item() if isinstance(value, np.generic) else value for value in column.dropna().unique()]
    return tuple(sorted(values, key=lambda value: (type(value).__name__, value)))


def _positions(known: pd.Index, values: pd.Series | pd.Index) -> NDArray[np.intp]:
    """Positions of ``values`` among ``known``; -1 where a value is missing or unknown."""
    if not len(known):
        return np.full(len(values), -1, dtype=np.intp)
    return np.asarray(known.get_indexer(pd.Index(values)), dtype=np.intp)


def _numbers(column: pd.Series) -> Matrix:
    try:
        with np.errstate(over="ignore"):
            numbers = column.to_numpy(dtype=np.float32, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(f"feature {column.name!r} is not numeric", got=str(column.dtype)) from error
    return np.where(np.isinf(numbers), np.float32(np.nan), numbers)
