"""The feature catalogue: a feature is a small function; its name is the column, its docstring the meaning.

A `Block` groups the features that are computed from one source table by one grouping: *aggregates* turn the
rows of a group into a value, *ratios* are computed from the finished columns of the same block.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import ibis.expr.types as ir

from sodai.features.past import Past

Kind = Literal["numeric", "categorical"]
Expression = Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Feature:
    """One column of a snapshot.

    Parameters
    ----------
    name, family, meaning, unit : str
        Column name, family it belongs to, one sentence of meaning, unit of the values.
    kind : {"numeric", "categorical"}
    fill : float, optional
        Value where the group has no rows (a count of nothing is 0); without it the value stays null.
    """

    name: str
    family: str
    meaning: str
    unit: str
    kind: Kind = "numeric"
    fill: float | None = None


@dataclass(frozen=True)
class Block:
    """Features of one family that share a source and a grouping.

    Parameters
    ----------
    family : str
        The family's name in the catalogue.
    source : callable
        From a `Past` to the table whose groups are aggregated; it must hold the grouping columns.
    by : tuple of str
        Grouping columns; also the columns on which the result is joined to the keys.
    market : bool
        Whether it tells of other customers alone: what one customer does now leaves it as it is.
    """

    family: str
    source: Callable[[Past], ir.Table]
    by: tuple[str, ...]
    market: bool = False
    aggregates: dict[str, tuple[Feature, Expression]] = field(default_factory=dict)
    ratios: dict[str, tuple[Feature, Expression]] = field(default_factory=dict)
    helpers: dict[str, Expression] = field(default_factory=dict)

    def helper(self, function: Expression) -> Expression:
        """Register the decorated function as an aggregate for ratios that is no feature of its own."""
        self.helpers[function.__name__] = function
        return function

    def aggregate(self, unit: str, *, fill: float | None = None) -> Callable[[Expression], Expression]:
        """Register the decorated function as an aggregate of the block's groups."""

        def register(function: Expression) -> Expression:
            self.add(function.__name__, unit, (function.__doc__ or "").strip(), function, fill=fill)
            return function

        return register

    def ratio(self, unit: str, *, fill: float | None = None) -> Callable[[Expression], Expression]:
        """Register the decorated function as computed from the block's finished columns."""

        def register(function: Expression) -> Expression:
            meaning = (function.__doc__ or "").strip()
            feature = Feature(function.__name__, self.family, meaning, unit, fill=fill)
            self.ratios[feature.name] = (feature, function)
            return function

        return register

    def add(
        self, name: str, unit: str, meaning: str, expression: Expression, *, fill: float | None = None
    ) -> None:
        """Register an aggregate under a computed name (features that differ only in their window)."""
        self.aggregates[name] = (Feature(name, self.family, meaning, unit, fill=fill), expression)

    @property
    def features(self) -> tuple[Feature, ...]:
        """The block's features in the order of their registration."""
        return tuple(f for f, _ in (*self.aggregates.values(), *self.ratios.values()))

    @property
    def reductions(self) -> dict[str, Expression]:
        """Everything that is computed from the rows of a group: aggregates and helpers."""
        return {n: e for n, (_, e) in self.aggregates.items()} | self.helpers


def build(blocks: Sequence[Block], past: Past) -> ir.Table:
    """One row a group: the grouping, the features and helpers of blocks that share source and grouping."""
    rows, by = blocks[0].source(past), blocks[0].by
    table = rows.group_by(by).aggregate(**{n: e(rows) for b in blocks for n, e in b.reductions.items()})
    return table.mutate(**derived(table, {n: e for b in blocks for n, (_, e) in b.ratios.items()}))


def derived(
    table: ir.Table, expressions: Mapping[str, Expression], known: Mapping[str, ir.Value] | None = None
) -> dict[str, ir.Value]:
    """Evaluate expressions in order; each sees the columns of ``table``, ``known`` and those before it."""
    view = _View(table, dict(known or {}))
    for name, expression in expressions.items():
        view.values[name] = expression(view)
    return {name: view.values[name] for name in expressions}


@dataclass(frozen=True)
class _View:
    """A table and values derived from it under one roof, so that one select computes them all."""

    table: ir.Table
    values: dict[str, ir.Value]

    def __getitem__(self, name: str) -> ir.Value:
        return self.values[name] if name in self.values else self.table[name]

    __getattr__ = __getitem__


@dataclass(frozen=True)
class Across:
    """Features of one family that are computed from finished columns of several blocks."""

    family: str
    ratios: dict[str, tuple[Feature, Expression]] = field(default_factory=dict)

    def ratio(self, unit: str, *, fill: float | None = None) -> Callable[[Expression], Expression]:
        """Register the decorated function; it sees every feature of every block."""

        def register(function: Expression) -> Expression:
            feature = Feature(
                function.__name__, self.family, (function.__doc__ or "").strip(), unit, fill=fill
            )
            self.ratios[feature.name] = (feature, function)
            return function

        return register

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features in the order of their registration."""
        return tuple(f for f, _ in self.ratios.values())
