"""From an Ibis expression to a list of array operations.

Each node of the expression becomes at most one step. A column is computed only if it is asked for, and once,
also where several nodes come to the same; what depends on tables that do not change is computed when the
program is made.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from sodai.features.arrays import groups as g
from sodai.features.arrays.chain import Chain
from sodai.features.arrays.column import Column, Columns, spread, take
from sodai.features.arrays.nodes import Relation, Slot, arguments, day_literal, literal, rows_where
from sodai.features.arrays.values import OPERATIONS, cast_to


class Program:
    """An expression, ready to be computed again and again.

    Parameters
    ----------
    expression : ibis.Table
        Over tables made by ``ibis.table``.
    fixed : mapping of str to Columns
        Tables that do not change, by name. All others are given to `run`.
    """

    def __init__(self, expression: ir.Table, fixed: Mapping[str, Columns]) -> None:
        self._fixed = fixed
        self.values: list[Any] = []
        self.is_fixed: list[bool] = []
        self._made: dict[Hashable, Slot] = {}
        self._steps: list[tuple[Slot, Callable[..., Any], tuple[Slot, ...]]] = []
        self._inputs: dict[tuple[str, str], Slot] = {}
        self._lengths: dict[str, Slot] = {}
        self._relations: dict[Any, Relation] = {}
        self._slots: dict[Hashable, Slot] = {}
        self._all_rows = self.new(None, fixed=True)
        root = expression.op()
        relation = self.relation(root)
        self._outputs = {name: relation.column(name) for name in root.schema.names}
        self._run = [(slot, function, _reader(needed)) for slot, function, needed in self._used()]

    def _used(self) -> list[tuple[Slot, Callable[..., Any], tuple[Slot, ...]]]:
        """Return the steps that the outputs need, in order."""
        asked, used = set(self._outputs.values()), []
        for one in reversed(self._steps):
            if one[0] in asked:
                asked.update(one[2])
                used.append(one)
        return used[::-1]

    def run(self, given: Mapping[str, Columns]) -> dict[str, Column]:
        """Compute the expression.

        Parameters
        ----------
        given : mapping of str to Columns
            The tables that change, by name.
        """
        values = list(self.values)
        for name, slot in self._lengths.items():
            values[slot] = len(next(iter(given[name].values())).values)
        for (name, column), slot in self._inputs.items():
            values[slot] = given[name][column]
        for slot, function, read in self._run:
            values[slot] = function(*read(values))
        return {name: values[slot] for name, slot in self._outputs.items()}

    def new(self, value: Any, *, fixed: bool) -> Slot:
        """Make room for a value, which is known now or differs from run to run."""
        self.values.append(value)
        self.is_fixed.append(fixed)
        return len(self.values) - 1

    def step(self, function: Callable[..., Any], *needed: Slot) -> Slot:
        """Add a step and return its slot; compute it now where nothing that it needs changes."""
        key = (_identity(function), needed)
        if key not in self._made:
            self._made[key] = self._step(function, needed)
        return self._made[key]

    def _step(self, function: Callable[..., Any], needed: tuple[Slot, ...]) -> Slot:
        if all(self.is_fixed[one] for one in needed):
            return self.new(function(*[self.values[one] for one in needed]), fixed=True)
        slot = self.new(None, fixed=False)
        self._steps.append((slot, function, needed))
        return slot

    # Relations -------------------------------------------------------------------------------------------

    def relation(self, node: Any) -> Relation:
        """Translate a table."""
        if node not in self._relations:
            kind = type(node).__name__
            make = getattr(self, f"_relation_{kind.lower()}", None)
            if make is None:
                raise NotImplementedError(f"the relation {kind} is not understood here")
            self._relations[node] = make(node)
        return self._relations[node]

    def _relation_unboundtable(self, node: Any) -> Relation:
        name = node.name
        if name in self._fixed:
            table = self._fixed[name]
            length = self.new(len(next(iter(table.values())).values), fixed=True)
            return Relation(length, lambda column: self.new(table[column], fixed=True))
        self._lengths[name] = self.new(None, fixed=False)
        return Relation(self._lengths[name], partial(self._input, name))

    def _input(self, name: str, column: str) -> Slot:
        slot = self._inputs[name, column] = self.new(None, fixed=False)
        return slot

    def _relation_project(self, node: Any) -> Relation:
        length = self.relation(node.parent).length
        return Relation(length, lambda name: self._spread(node.values[name], length))

    def _relation_dropcolumns(self, node: Any) -> Relation:
        return self.relation(node.parent)

    def _relation_sort(self, node: Any) -> Relation:
        # A limit is not understood here, and nothing else tells one order of the rows from another.
        return self.relation(node.parent)

    def _relation_filter(self, node: Any) -> Relation:
        parent = self.relation(node.parent)
        predicates = [self._value(one) for one in node.predicates]
        at = self.step(rows_where, parent.length, *predicates)
        return Relation(self.step(len, at), lambda name: self.step(take, parent.column(name), at))

    def _relation_distinct(self, node: Any) -> Relation:
        parent = self.relation(node.parent)
        keys = [parent.column(name) for name in node.schema.names]
        first = self.step(_first, self.step(g.grouped, parent.length, *keys))
        return Relation(self.step(len, first), lambda name: self.step(take, parent.column(name), first))

    def _relation_aggregate(self, node: Any) -> Relation:
        parent = self.relation(node.parent)
        keys = {name: self._spread(one, parent.length) for name, one in node.groups.items()}
        groups = self.step(g.grouped, parent.length, *keys.values())
        first = self.step(_first, groups)
        length = self.step(len, first)

        def column(name: str) -> Slot:
            if name in keys:
                return self.step(take, keys[name], first)
            value = self._value(node.metrics[name], (groups, parent.length))
            return self.step(spread, value, length)

        return Relation(length, column, frozenset(keys))

    def _relation_joinchain(self, node: Any) -> Relation:
        chain = Chain(self, node)
        return Relation(chain.length, lambda name: chain.field(node.values[name]))

    # Values ----------------------------------------------------------------------------------------------

    def _spread(self, node: Any, length: Slot) -> Slot:
        """Compute a value of each row, also where it is the same for all."""
        slot = self._value(node)
        # What differs from run to run comes from a column: a single value is made of literals.
        return self.step(spread, slot, length) if self.is_fixed[slot] else slot

    def _value(self, node: Any, within: tuple[Slot, Slot] | None = None) -> Slot:
        """Compute a value of rows; ``within`` groups, given as slots of groups and row count, of groups."""
        key = (node, None if isinstance(node, ops.Literal) else within)
        if key not in self._slots:
            self._slots[key] = self._computed(node, within)
        return self._slots[key]

    def _computed(self, node: Any, within: tuple[Slot, Slot] | None) -> Slot:
        if isinstance(node, ops.Field):
            return self.relation(node.rel).column(node.name)
        if isinstance(node, ops.Literal):
            return self.new(literal(node), fixed=True)
        if isinstance(node, ops.Reduction):
            if within is None:
                raise NotImplementedError("a reduction outside of groups is not understood here")
            return self._reduction(node, *within)
        if isinstance(node, ops.WindowFunction):
            return self._window(node)
        if isinstance(node, ops.DateFromYMD):
            year, month, day = (int(one.value) for one in (node.year, node.month, node.day))
            return self.new(day_literal(f"{year:04d}-{month:02d}-{day:02d}"), fixed=True)
        return self._operation(node, within)

    def _operation(self, node: Any, within: tuple[Slot, Slot] | None) -> Slot:
        kind = node.__func_name__ if isinstance(node, ops.ScalarUDF) else type(node).__name__
        if kind == "Cast":
            return self.step(cast_to(node.to), self._value(node.arg, within))
        if kind not in OPERATIONS:
            raise NotImplementedError(f"the operation {kind} is not understood here")
        if kind == "DateDelta" and str(getattr(node.part, "value", node.part)).lower() not in ("day", "d"):
            raise NotImplementedError("only differences in days are understood here")
        needed = [self._value(one, within) for one in arguments(node)]
        if kind == "Coalesce" and self.is_fixed[needed[0]] and self.values[needed[0]].null is None:
            return needed[0]
        return self.step(OPERATIONS[kind], *needed)

    def _reduction(self, node: Any, groups: Slot, rows: Slot) -> Slot:
        kind = type(node).__name__
        where = self._all_rows if node.where is None else self._value(node.where)
        if kind == "CountStar":
            return self.step(g.count_rows, groups, where)
        if kind == "ArgMin":
            arg, key = self._spread(node.arg, rows), self._spread(node.key, rows)
            return self.step(g.at_least_key, groups, arg, key, where)
        if kind not in g.REDUCTIONS or (kind == "StandardDev" and node.how != "sample"):
            raise NotImplementedError(f"the reduction {kind} is not understood here")
        return self.step(g.REDUCTIONS[kind], groups, self._spread(node.arg, rows), where)

    def _window(self, node: Any) -> Slot:
        parent = self.relation(_relation_below(node))
        keys = [self._spread(one, parent.length) for one in node.group_by]
        orders = [self._spread(one.arg, parent.length) for one in node.order_by]
        ascending = tuple(bool(one.ascending) for one in node.order_by)
        window = self.step(partial(_windowed, len(keys), ascending), parent.length, *keys, *orders)
        kind = type(node.func).__name__
        if kind in _SHIFTS and node.func.offset is None and node.func.default is None:
            arg = self._spread(node.func.arg, parent.length)
            return self.step(partial(_shifted, _SHIFTS[kind]), window, arg)
        if kind not in _NUMBERS:
            raise NotImplementedError(f"the window function {kind} is not understood here")
        return self.step(_NUMBERS[kind], window)


def _reader(needed: tuple[Slot, ...]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """Return what reads several slots at once."""
    if len(needed) == 1:
        return itemgetter(slice(needed[0], needed[0] + 1))
    return itemgetter(*needed)


def _identity(function: Callable[..., Any]) -> Hashable:
    """Tell functions apart by what they do."""
    return (function.func, function.args) if isinstance(function, partial) else function


def _relation_below(node: Any) -> Any:
    found = {one.rel for one in node.find(ops.Field, filter=ops.Value)}
    if len(found) != 1:
        raise NotImplementedError("a window over several tables is not understood here")
    return found.pop()


def _first(groups: g.Groups) -> Any:
    return groups.first


def _windowed(keys: int, ascending: tuple[bool, ...], length: int, *columns: Column) -> g.Window:
    return g.windowed(length, columns[:keys], list(zip(columns[keys:], ascending, strict=True)))


def _shifted(by: int, window: g.Window, arg: Column) -> Column:
    return g.shifted(window, arg, by)


_SHIFTS = {"Lag": 1, "Lead": -1}
_NUMBERS = {"DenseRank": g.dense_rank, "RowNumber": g.row_number}
