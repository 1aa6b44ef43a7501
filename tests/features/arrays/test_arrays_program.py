"""Programs on arrays answer what DuckDB answers, for every operation that features use."""

import math
from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.features.arrays import Program
from sodai.features.arrays.column import columns_of

LEFT = {"k": "int64", "g": "int64", "x": "float64", "n": "int64", "row": "int64"}
RIGHT = {"k": "int64", "low": "int64", "y": "float64"}

Expression = Callable[[ir.Table, ir.Table], ir.Table]


def values(expression: Callable[[ir.Table], ir.Value]) -> Expression:
    return lambda t, _: t.select("row", out=expression(t))


def grouped(expression: Callable[[ir.Table], ir.Value]) -> Expression:
    return lambda t, _: t.group_by("g").aggregate(out=expression(t))


def windowed(expression: Callable[[ir.Table, Any], ir.Value]) -> Expression:
    return lambda t, _: t.mutate(out=expression(t, ibis.window(group_by="g", order_by="row"))).select(
        "row", "out"
    )


EXPRESSIONS: dict[str, Expression] = {
    "arithmetic": values(lambda t: (t.x + t.n) * 2 - t.x / 3),
    "division by zero": values(lambda t: t.x / t.n),
    "division by null instead": values(lambda t: t.x / t.n.nullif(0)),
    "exp": values(lambda t: (t.n.cast("float64") * -0.1).exp()),
    "floor": values(lambda t: t.x.floor().cast("int64")),
    "modulus": values(lambda t: t.n % 7),
    "greater": values(lambda t: (t.x > t.n).cast("int64")),
    "greater or equal": values(lambda t: (t.x >= 2).cast("int64")),
    "less": values(lambda t: (t.x < t.n).cast("int64")),
    "equal": values(lambda t: (t.n == 2).cast("int64")),
    "not equal": values(lambda t: (t.n != t.g).cast("int64")),
    "and": values(lambda t: ((t.n > 1) & (t.x > 1)).cast("int64")),
    "and, then null is false": values(lambda t: ((t.n > 1) & (t.x > 1)).fill_null(False).cast("int64")),
    "not": values(lambda t: (~(t.x > 1)).fill_null(True).cast("int64")),
    "is null": values(lambda t: t.x.isnull().cast("int64")),
    "coalesce": values(lambda t: ibis.coalesce(t.x, t.n, 7)),
    "if else": values(lambda t: ibis.ifelse(t.x > 1, t.n, ibis.null("int64"))),
    "least": values(lambda t: ibis.least(t.x, t.n)),
    "greatest": values(lambda t: ibis.greatest(t.x, t.n, 1)),
    "negate": values(lambda t: -t.x),
    "a constant": lambda t, _: t.select("row", out=ibis.literal(3)),
    "sum": grouped(lambda t: t.x.sum()),
    "sum where": grouped(lambda t: t.x.sum(where=t.n > 1)),
    "sum of truths": grouped(lambda t: (t.x > 1).cast("int64").sum()),
    "mean": grouped(lambda t: t.x.mean()),
    "standard deviation": grouped(lambda t: t.x.std(how="sample")),
    "min": grouped(lambda t: t.x.min()),
    "max of whole numbers": grouped(lambda t: t.n.max()),
    "max where": grouped(lambda t: t.n.max(where=t.x > 1)),
    "count": grouped(lambda t: t.count()),
    "count where": grouped(lambda t: t.count(where=t.x > 1)),
    "count of known": grouped(lambda t: t.x.count()),
    "argmin": grouped(lambda t: t.x.argmin(t["row"])),
    "arithmetic of sums": grouped(lambda t: t.x.sum().fill_null(0) / t.n.sum().nullif(0)),
    "lag": windowed(lambda t, w: t.x.lag().over(w)),
    "lead": windowed(lambda t, w: t.n.lead().over(w)),
    "row number": windowed(lambda _, w: ibis.row_number().over(w)),
    "dense rank": windowed(
        lambda *_: ibis.dense_rank().over(ibis.window(group_by="g", order_by=ibis.desc("row")))
    ),
    "filter": lambda t, _: t.filter(t.x > 1, t.n < 4).select("row", "x"),
    "distinct": lambda t, _: t.select("g", "n").distinct(),
    "inner join": lambda t, u: t.inner_join(u, "k").select("row", "low", "y"),
    "left join": lambda t, u: t.left_join(u, "k").select("row", "y"),
    "left join of unique keys": lambda t, u: t.left_join(
        u.group_by("k").aggregate(total=u.y.sum()), "k"
    ).select("row", "total"),
    "join by order": lambda t, u: t.inner_join(u, [t.k == u.k, t.n >= u.low]).select("row", "low", "y"),
    "join by shifted order": lambda t, u: t.inner_join(u, [t.k == u.k, t.n < u.low + 2]).select("row", "low"),
    "semi join": lambda t, u: t.semi_join(u, "k").select("row"),
    "anti join": lambda t, u: t.anti_join(u, "k").select("row"),
    "three joins": lambda t, u: (
        t.left_join(u, "k")
        .drop("k_right")
        .inner_join(u.group_by("low").aggregate(size=u.count()), "low")
        .select("row", "low", "size", "y")
    ),
}

small = st.integers(-3, 5)
numbers = st.sampled_from([-2.5, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.25])


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Table, pa.Table]:
    count, other = draw(st.integers(0, 12)), draw(st.integers(0, 8))
    column = lambda of, size: draw(st.lists(st.one_of(st.none(), of), min_size=size, max_size=size))  # noqa: E731
    whole = lambda size: draw(st.lists(small, min_size=size, max_size=size))  # noqa: E731
    left = {
        "k": whole(count),
        "g": whole(count),
        "x": column(numbers, count),
        "n": column(small, count),
        "row": list(range(count)),
    }
    right = {"k": whole(other), "low": whole(other), "y": column(numbers, other)}
    return _table(left, LEFT), _table(right, RIGHT)


def _table(columns: dict[str, list[Any]], schema: dict[str, str]) -> pa.Table:
    types = {"int64": pa.int64(), "float64": pa.float64()}
    return pa.table({name: pa.array(columns[name], types[kind]) for name, kind in schema.items()})


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    def key(row: tuple[Any, ...]) -> list[tuple[bool, float]]:
        return [(value is None, 0.0 if value is None or math.isnan(value) else value) for value in row]

    found = [tuple(_plain(value) for value in row.values()) for row in table.to_pylist()]
    return sorted(found, key=key)


def _plain(value: Any) -> Any:
    """A number as feature values end: what is not a number is NaN, what is too large infinite."""
    return None if value is None else float(value)


def flat(table: list[tuple[Any, ...]]) -> list[Any]:
    return [value for row in table for value in row]


def on_arrays(expression: Expression, left: pa.Table, right: pa.Table) -> pa.Table:
    asked = expression(ibis.table(LEFT, name="left"), ibis.table(RIGHT, name="right"))
    found = Program(asked, {"right": columns_of(right)}).run({"left": columns_of(left)})
    return pa.table(
        {
            name: pa.array(np.asarray(values), mask=None if null is None else np.asarray(null))
            for name, (values, null) in found.items()
        }
    )


@pytest.mark.parametrize("name", EXPRESSIONS)
@settings(max_examples=6, deadline=None)
@given(data=tables())
def test_arrays_answer_as_the_engine_does(name: str, data: tuple[pa.Table, pa.Table]) -> None:
    left, right = data
    expected = rows(EXPRESSIONS[name](ibis.memtable(left), ibis.memtable(right)).to_pyarrow())
    found = rows(on_arrays(EXPRESSIONS[name], left, right))
    assert len(found) == len(expected)
    assert flat(found) == pytest.approx(flat(expected), nan_ok=True)


@pytest.mark.parametrize(
    "refused",
    [
        values(lambda t: t.x.log()),
        values(lambda t: t.x.sum().over(ibis.window(group_by="g"))),
        grouped(lambda t: t.x.std(how="pop")),
        lambda t, u: t.outer_join(u, "k").select("row"),
        lambda t, _: t.order_by("x").limit(3),
    ],
    ids=["a function", "a window", "a reduction", "a join", "an order"],
)
def test_what_is_not_understood_is_refused_when_the_program_is_made(refused: Expression) -> None:
    with pytest.raises(NotImplementedError, match="not understood here"):
        Program(refused(ibis.table(LEFT, name="left"), ibis.table(RIGHT, name="right")), {})
