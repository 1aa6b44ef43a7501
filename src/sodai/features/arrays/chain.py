"""Joins of an Ibis expression as steps of a program."""

from functools import partial
from typing import TYPE_CHECKING, Any

import ibis.expr.operations as ops

from sodai.features.arrays.column import Column, take, take_or_null
from sodai.features.arrays.joining import Met, index_of, is_unique, joined, looked_up
from sodai.features.arrays.nodes import Relation, Slot, arguments, literal, rows_where
from sodai.features.arrays.values import OPERATIONS

if TYPE_CHECKING:
    from sodai.features.arrays.program import Program


class Chain:
    """The joins of one table with others, one after another."""

    def __init__(self, program: "Program", node: Any) -> None:
        self._program = program
        first = program.relation(node.first.parent)
        self.length = first.length
        self._tables = {node.first: first}
        self._rows: dict[Any, tuple[Slot, bool]] = {}
        self._fields: dict[Any, Slot] = {}
        for link in node.rest:
            self._add(link)

    def field(self, node: Any) -> Slot:
        """Return the slot of a field of one of the tables, in the rows of the joined table so far."""
        key = (node, self.length)
        if key not in self._fields:
            self._fields[key] = self._taken(node)
        return self._fields[key]

    def _taken(self, node: Any) -> Slot:
        if not isinstance(node, ops.Field):
            raise NotImplementedError("a join of anything but columns is not understood here")
        column = self._tables[node.rel].column(node.name)
        if node.rel not in self._rows:
            return column
        rows, may_miss = self._rows[node.rel]
        return self._program.step(take_or_null if may_miss else take, column, rows)

    def _add(self, link: Any) -> None:
        step, table = self._program.step, self._program.relation(link.table.parent)
        if link.how not in ("inner", "left", "semi", "anti"):
            raise NotImplementedError(f"the join {link.how} is not understood here")
        equal, others = _divided(link)
        index = step(index_of, table.length, *(table.column(right.name) for _, right in equal))
        keys = [self.field(left) for left, _ in equal]
        if link.how == "left" and self._meets_once(table, index, [right.name for _, right in equal]):
            self._tables[link.table] = table
            self._rows[link.table] = (step(looked_up, index, self.length, *keys), True)
            return
        met = step(partial(_joined, link.how), index, self.length, *keys)
        self._moved(step(_left_of, met))
        if link.how in ("inner", "left"):
            self._tables[link.table] = table
            self._rows[link.table] = (step(_right_of, met), link.how == "left")
        for predicate in others:
            if link.how != "inner":
                raise NotImplementedError("only inner joins may compare by order here")
            self._filter(predicate)

    def _meets_once(self, table: Relation, index: Slot, names: list[str]) -> bool:
        """Whether a key occurs once in a table, so that a left join leaves the rows as they are."""
        program = self._program
        if program.is_fixed[index]:
            return is_unique(program.values[index])
        return table.key is not None and table.key <= set(names)

    def _moved(self, rows: Slot) -> None:
        """Follow the rows of all tables joined so far to where they are now."""
        step = self._program.step
        for reference in self._tables:
            known = self._rows.get(reference)
            self._rows[reference] = (rows, False) if known is None else (step(_at, known[0], rows), known[1])
        self.length = step(len, rows)

    def _filter(self, predicate: Any) -> None:
        step = self._program.step
        kind = type(predicate).__name__
        sides = [self._side(one) for one in (predicate.left, predicate.right)]
        self._moved(step(rows_where, self.length, step(OPERATIONS[kind], *sides)))

    def _side(self, node: Any) -> Slot:
        """Compute a side of a comparison: a field, or arithmetic on fields."""
        if isinstance(node, ops.Field):
            return self.field(node)
        if isinstance(node, ops.Literal):
            return self._program.new(literal(node), fixed=True)
        if type(node).__name__ not in OPERATIONS:
            raise NotImplementedError(f"{type(node).__name__} in a join is not understood here")
        sides = [self._side(one) for one in arguments(node)]
        return self._program.step(OPERATIONS[type(node).__name__], *sides)


def _divided(link: Any) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """Equalities of a column on the left and one of the new table, and all other conditions."""
    equal, others = [], []
    for one in link.predicates:
        if isinstance(one, ops.Equals) and all(isinstance(side, ops.Field) for side in one.args):
            left, right = one.args if one.args[1].rel == link.table else one.args[::-1]
            equal.append((left, right))
        else:
            others.append(one)
    return equal, others


def _left_of(met: Met) -> Any:
    return met.left


def _right_of(met: Met) -> Any:
    return met.right


def _at(rows: Any, at: Any) -> Any:
    return rows[at]


def _joined(how: str, index: Any, length: int, *keys: Column) -> Met:
    return joined(index, length, how, *keys)
