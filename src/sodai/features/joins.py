"""Joins by columns of the same name that leave one copy of the key: the three that features need.

DuckDB runs them as written: the right side is looked up, and should be the smaller one.
"""

from collections.abc import Iterable, Sequence

import ibis.expr.types as ir


def attach(left: ir.Table, right: ir.Table, by: str | Sequence[str]) -> ir.Table:
    """Every row of ``left`` with the matching columns of ``right``, null where there is no match."""
    return _once(left.left_join(right, _names(by)), by)


def attach_all(left: ir.Table, rights: Iterable[tuple[ir.Table, Sequence[str]]]) -> ir.Table:
    """Like `attach` for many tables at once: one chain of joins, which is quick to plan, and one select."""
    joined, columns = left, list(left.columns)
    for number, (right, by) in enumerate(rights):
        joined = joined.left_join(right, list(by), rname=f"{{name}}_{number}_right")
        columns += [c for c in right.columns if c not in by]
    return joined.select(*columns)


def meet(left: ir.Table, right: ir.Table, by: str | Sequence[str]) -> ir.Table:
    """The rows of ``left`` that have a match, with the columns of ``right``."""
    return _once(left.inner_join(right, _names(by)), by)


def _names(by: str | Sequence[str]) -> list[str]:
    return [by] if isinstance(by, str) else list(by)


def _once(joined: ir.Table, by: str | Sequence[str]) -> ir.Table:
    return joined.drop(*(f"{c}_right" for c in _names(by) if f"{c}_right" in joined.columns))
