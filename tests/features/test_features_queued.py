"""Tables computed in the background are there for whoever reads them, and so is what went wrong."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import duckdb
import ibis
import pytest

from sodai.features import connect
from sodai.features.queued import QueuedDuckDB
from sodai.settings import load_settings


@pytest.fixture
def backend() -> Iterator[QueuedDuckDB]:
    with connect(load_settings()) as found:
        assert isinstance(found, QueuedDuckDB)
        found.raw_sql("CREATE TABLE numbers AS SELECT range AS n, 'x' || range AS word FROM range(100_000)")
        yield found


def test_tables_that_read_each_other_are_computed_in_order(backend: QueuedDuckDB) -> None:
    table = backend.table("numbers")
    for step in range(30):
        table = backend.keep(f"step_{step}", table.mutate(n=table.n + 1))
    assert table.n.min().execute() == 30
    assert table.count().execute() == 100_000


def test_tables_that_do_not_read_each_other_are_both_there(backend: QueuedDuckDB) -> None:
    numbers = backend.table("numbers")
    halves = [
        backend.keep(f"half_{rest}", numbers.filter(numbers.n % 2 == rest).aggregate(rows=ibis._.count()))
        for rest in (0, 1)
    ]
    assert ibis.union(*halves).rows.sum().execute() == 100_000


def test_a_table_has_the_types_that_its_expression_tells(backend: QueuedDuckDB) -> None:
    numbers = backend.table("numbers")
    total = numbers.group_by(rest=numbers.n % 7).aggregate(total=numbers.n.sum())
    backend.keep("total", total)
    assert backend.table("total").schema() == total.schema()


def test_what_went_wrong_is_raised_by_the_next_read_and_the_backend_goes_on(backend: QueuedDuckDB) -> None:
    numbers = backend.table("numbers")
    wrong = backend.keep("wrong", numbers.mutate(n=numbers.word.cast("int64")))
    after = backend.keep("after", wrong.mutate(n=wrong.n + 1))
    with pytest.raises(duckdb.ConversionException, match="x"):
        after.count().execute()
    assert numbers.count().execute() == 100_000


def test_a_frame_can_be_kept_among_tables(backend: QueuedDuckDB) -> None:
    numbers = backend.table("numbers")
    small = backend.keep("small", numbers.filter(numbers.n < 5))
    given = backend.keep("given", ibis.memtable({"n": [1, 2, 99]}))
    assert sorted(small.semi_join(given, "n").n.to_pyarrow().to_pylist()) == [1, 2]


def test_rows_are_counted_without_waiting_for_what_they_do_not_come_from(backend: QueuedDuckDB) -> None:
    go_on = threading.Event()

    def held_up(number: int) -> int:
        assert go_on.wait(60)
        return number

    backend.con.create_function("held_up", held_up, [int], int)
    backend.raw_sql("CREATE VIEW held_up_view AS SELECT held_up(7) AS n")
    numbers = backend.table("numbers")
    few = numbers.filter(numbers.n < 7)
    held = backend.keep("held", backend.table("held_up_view"))
    try:
        assert backend.count(backend.keep("few", few)) == 7
    finally:
        go_on.set()
    assert held.n.sum().execute() == 7


def test_rows_that_cannot_be_counted_are_told_of(backend: QueuedDuckDB) -> None:
    numbers = backend.table("numbers")
    wrong = backend.keep("wrong", numbers.mutate(n=numbers.word.cast("int64")))
    with pytest.raises(duckdb.ConversionException, match="x"):
        backend.count(wrong)


def test_what_is_closed_holds_nothing() -> None:
    before = set(threading.enumerate())
    with connect(load_settings()) as backend:
        backend.keep("held", ibis.range(0, 1000).unnest().name("n").as_table())
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) == before
    with pytest.raises(duckdb.ConnectionException, match="closed"):
        backend.raw_sql("SELECT 1")


def test_a_process_that_ends_with_tables_in_the_queue_says_nothing() -> None:
    program = """
from sodai.features import connect
from sodai.settings import load_settings
with connect(load_settings()) as backend:
    backend.raw_sql("CREATE TABLE numbers AS SELECT range AS n FROM range(3_000_000)")
    table = backend.table("numbers")
    for step in range(8):
        table = backend.keep(f"step_{step}", table.order_by(table.n.desc()))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stderr == ""


def test_a_table_that_waits_for_another_does_not_hold_up_one_that_does_not(backend: QueuedDuckDB) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def held_up(number: int) -> int:
        assert go_on.wait(60)
        return number

    def told(number: int) -> int:
        begun.set()
        return number

    for function in (held_up, told):
        backend.con.create_function(function.__name__, function, [int], int)
        backend.raw_sql(f"CREATE VIEW {function.__name__}_view AS SELECT {function.__name__}(7) AS n")
    slow, free = backend.table("held_up_view"), backend.table("told_view")
    first = backend.keep("first", slow)
    others = [backend.keep(name, first.mutate(m=first.n + 1)) for name in ("second", "third")]
    backend.keep("free", free)
    try:
        assert begun.wait(60)
    finally:
        go_on.set()
    assert [one.m.sum().execute() for one in others] == [8, 8]
