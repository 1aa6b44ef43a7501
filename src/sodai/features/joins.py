"""Joins by columns of the same name that leave one copy of the key: the two that features need."""

from collections.abc import Sequence

import ibis.expr.types as ir


def attach(left: ir.Table, right: ir.Table, by: str | Sequence[str]) -> ir.Table:
    """Every row of ``left`` with the matching columns of ``right``, null where there is no match."""
    return _once(left.left_join(right, _names(by)), by)


def meet(left: ir.Table, right: ir.Table, by: str | Sequence[str]) -> ir.Table:
    """The rows of ``left`` that have a match, with the columns of ``right``."""
    return _once(left.inner_join(right, _names(by)), by)


def _names(by: str | Sequence[str]) -> list[str]:
    return [by] if isinstance(by, str) else list(by)


def _once(joined: ir.Table, by: str | Sequence[str]) -> ir.Table:
    return joined.drop(*(f"{c}_right" for c in _names(by) if f"{c}_right" in joined.columns))
