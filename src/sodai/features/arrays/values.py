"""Operations on the values of a row, with the semantics of SQL for null and of IEEE 754 for numbers."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from sodai.features.arrays.column import Array, Column, Mask, either

Operation = Callable[..., Column]


def _arithmetic(function: Callable[[Array, Array], Array]) -> Operation:
    def operation(left: Column, right: Column) -> Column:
        return Column(function(left.values, right.values), either(left.null, right.null))

    return operation


def _elementwise(function: Callable[[Array], Array]) -> Operation:
    def operation(arg: Column) -> Column:
        return Column(function(arg.values), arg.null)

    return operation


def _greater(left: Array, right: Array) -> Mask:
    """Compare; NaN is above every number and equal to itself, as in DuckDB."""
    found: Mask = left > right
    if left.dtype.kind == "f":
        found = found | (np.isnan(left) & ~np.isnan(right))
    return found


def _equal(left: Array, right: Array) -> Mask:
    found: Mask = left == right
    if left.dtype.kind == "f" and right.dtype.kind == "f":
        found = found | (np.isnan(left) & np.isnan(right))
    return found


def _and(left: Column, right: Column) -> Column:
    null = either(left.null, right.null)
    values = left.values & right.values
    if null is None:
        return Column(values)
    false = _known(left, false=True) | _known(right, false=True)
    return Column(values & ~null, null & ~false)


def _known(column: Column, *, false: bool) -> Mask:
    held = ~column.values if false else column.values
    known: Mask = held if column.null is None else held & ~column.null
    return known


def _not(arg: Column) -> Column:
    return Column(~arg.values, arg.null)


def _coalesce(*args: Column) -> Column:
    values, null = args[0]
    for arg in args[1:]:
        if null is None:
            break
        values = np.where(null, arg.values, values)
        null = None if arg.null is None else null & arg.null
    return Column(values, null)


def _null_if(arg: Column, other: Column) -> Column:
    same = _equal(arg.values, other.values)
    if other.null is not None:
        same = same & ~other.null
    return Column(arg.values, either(arg.null, np.broadcast_to(same, np.shape(arg.values))))


def _if_else(condition: Column, true: Column, false: Column) -> Column:
    held = _known(condition, false=False)
    values = np.where(held, true.values, false.values)
    if true.null is None and false.null is None:
        return Column(values)
    nulls = (np.zeros((), bool) if one.null is None else one.null for one in (true, false))
    return Column(values, np.where(held, *nulls))


def _is_null(arg: Column) -> Column:
    null = np.zeros(np.shape(arg.values), bool) if arg.null is None else arg.null
    return Column(null)


def _extreme(function: Callable[[Array, Array], Array]) -> Operation:
    """Least and greatest of those that are not null."""

    def operation(*args: Column) -> Column:
        values, null = args[0]
        for arg in args[1:]:
            both = function(values, arg.values)
            if null is not None:
                both = np.where(null, arg.values, both)
            if arg.null is not None:
                both = np.where(arg.null, values, both)
            values, null = both, None if null is None or arg.null is None else null & arg.null
        return Column(values, null)

    return operation


def _negated(operation: Operation) -> Operation:
    def negated(*args: Column) -> Column:
        return _not(operation(*args))

    return negated


def _divide(left: Array, right: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.true_divide(left, right)


OPERATIONS: Final[dict[str, Operation]] = {
    "Add": _arithmetic(np.add),
    "And": _and,
    "BitwiseAnd": _arithmetic(np.bitwise_and),
    "BitwiseLeftShift": _arithmetic(np.left_shift),
    "BitwiseRightShift": _arithmetic(np.right_shift),
    "BitwiseXor": _arithmetic(np.bitwise_xor),
    "bit_count": _elementwise(np.bitwise_count),
    "Coalesce": _coalesce,
    "Divide": _arithmetic(_divide),
    "DateDelta": _arithmetic(np.subtract),
    "Equals": _arithmetic(_equal),
    "Exp": _elementwise(np.exp),
    "Floor": _elementwise(np.floor),
    "Greater": _arithmetic(_greater),
    "GreaterEqual": _arithmetic(lambda left, right: ~_greater(right, left)),
    "Greatest": _extreme(np.fmax),
    "IfElse": _if_else,
    "IsNull": _is_null,
    "Least": _extreme(np.fmin),
    "Less": _arithmetic(lambda left, right: _greater(right, left)),
    "LessEqual": _arithmetic(lambda left, right: ~_greater(left, right)),
    "Modulus": _arithmetic(np.fmod),
    "Multiply": _arithmetic(np.multiply),
    "Negate": _elementwise(np.negative),
    "Not": _not,
    "NotEquals": _negated(_arithmetic(_equal)),
    "NotNull": _negated(_is_null),
    "NullIf": _null_if,
    "Subtract": _arithmetic(np.subtract),
}


def _whole(values: Array) -> Array:
    return (np.rint(values) if values.dtype.kind == "f" else values).astype(np.int64, copy=False)


_FLOATING = _elementwise(lambda values: values.astype(np.float64, copy=False))
_INTEGER = _elementwise(_whole)
_BOOLEAN = _elementwise(lambda values: values.astype(bool, copy=False))


def cast_to(kind: Any) -> Operation:
    """Return the cast to an Ibis type.

    Raises
    ------
    NotImplementedError
        If there is none here.
    """
    if kind.is_floating():
        return _FLOATING
    if kind.is_integer():
        return _INTEGER
    if kind.is_boolean():
        return _BOOLEAN
    raise NotImplementedError(f"cast to {kind}")
