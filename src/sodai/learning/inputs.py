"""Inputs of a linear model: features on one scale, what is missing said beside, categories as indicators."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from sodai.learning.schema import Matrix

Scale = Literal["log", "quantile"]

KNOTS: Final = 40
LIMIT: Final = 4.0
MIN_SHARE: Final = 0.002
MAX_LEVELS: Final = 40


@dataclass(frozen=True)
class NumericInput:
    """One feature, mapped through knots to roughly a standard normal and cut at ``LIMIT``; missing is 0."""

    column: int
    knots: list[float]
    values: list[float]

    def apply(self, column: Matrix) -> Matrix:
        """Map the values of the column."""
        mapped = np.interp(column, self.knots, self.values)
        return np.where(np.isnan(column), 0.0, mapped).astype(np.float32)


@dataclass(frozen=True)
class Inputs:
    """How a matrix of features becomes inputs: numeric ones, then indicators of missing, then of categories.

    Attributes
    ----------
    numeric : list of NumericInput
    missing : list of int
        Columns with an indicator of being missing, one for columns that are always missing together.
    levels : list of (int, int)
        Column and category code of each indicator.
    """

    numeric: list[NumericInput] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    levels: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def learn(cls, matrix: Matrix, categorical: Sequence[int], scale: Scale) -> Self:
        """Read scales, missing patterns and frequent categories from the rows to fit on."""
        nominal = set(categorical)
        positions = [at for at in range(matrix.shape[1]) if at not in nominal]
        numeric = [_numeric(at, matrix[:, at], scale) for at in positions]
        return cls(
            numeric=[column for column in numeric if column is not None],
            missing=_missing_patterns(matrix),
            levels=[(at, level) for at in categorical for level in _frequent(matrix[:, at])],
        )

    @property
    def width(self) -> int:
        """Number of inputs."""
        return len(self.numeric) + len(self.missing) + len(self.levels)

    @property
    def columns(self) -> list[int]:
        """Feature column that each input comes from."""
        return [column.column for column in self.numeric] + self.missing + [at for at, _ in self.levels]

    def apply(self, matrix: Matrix) -> Matrix:
        """Make the inputs (rows x width) of a matrix of features."""
        out = np.empty((len(matrix), self.width), dtype=np.float32, order="F")
        for at, numeric in enumerate(self.numeric):
            out[:, at] = numeric.apply(matrix[:, numeric.column])
        start = len(self.numeric)
        for at, column in enumerate(self.missing, start):
            out[:, at] = np.isnan(matrix[:, column])
        start += len(self.missing)
        for at, (column, level) in enumerate(self.levels, start):
            out[:, at] = matrix[:, column] == level
        return out

    def to_json(self) -> dict[str, Any]:
        """Return a description that JSON can hold; ``from_json`` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, description: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(
            numeric=[NumericInput(**numeric) for numeric in description["numeric"]],
            missing=description["missing"],
            levels=[(column, level) for column, level in description["levels"]],
        )


def _numeric(at: int, column: Matrix, scale: Scale) -> NumericInput | None:
    """Knots of one column, or None where there is nothing to tell values apart.

    Both scales are piecewise linear between quantiles: towards the signed logarithm, or towards the ranks.
    """
    present = column[~np.isnan(column)].astype(np.float64)
    if not len(present):
        return None
    knots = np.unique(np.quantile(present, np.linspace(0, 1, KNOTS + 1)))
    if len(knots) < 2:
        return None
    targets = np.sign(knots) * np.log1p(np.abs(knots)) if scale == "log" else _normal_scores(present, knots)
    mapped = np.interp(present, knots, targets)
    spread = mapped.std()
    if spread < 1e-9:
        return None
    values = np.clip((targets - mapped.mean()) / spread, -LIMIT, LIMIT)
    return NumericInput(at, knots.tolist(), values.tolist())


def _normal_scores(present: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtri  # noqa: PLC0415 - only fitting needs it

    ordered = np.sort(present)
    below = np.searchsorted(ordered, knots, side="left")
    upto = np.searchsorted(ordered, knots, side="right")
    scores: NDArray[np.float64] = ndtri(np.clip((below + upto) / (2 * len(ordered)), 0.001, 0.999))
    return scores


def _missing_patterns(matrix: Matrix) -> list[int]:
    first_of: dict[bytes, int] = {}
    for at in range(matrix.shape[1]):
        missing = np.isnan(matrix[:, at])
        if MIN_SHARE < missing.mean() < 1 - MIN_SHARE:
            first_of.setdefault(np.packbits(missing).tobytes(), at)
    return list(first_of.values())


def _frequent(codes: Matrix) -> list[int]:
    levels, counts = np.unique(codes[~np.isnan(codes)].astype(np.int64), return_counts=True)
    kept = sorted(zip(-counts, levels, strict=True))[:MAX_LEVELS]
    enough = max(1, round(MIN_SHARE * len(codes)))
    return [int(level) for count, level in kept if -count >= enough and -count < len(codes)]
