"""DuckDB that computes intermediate tables in the background, while the next ones are planned."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from ibis.backends.sql.compilers import DuckDBCompiler
from ibis.backends.sql.compilers.base import AggGen

# One query often leaves a core idle; more than two at once get into each other's way.
QUERIES_AT_ONCE = 2
HELD = ops.Namespace(catalog="memory", database="main")


class _Compiler(DuckDBCompiler):  # type: ignore[misc]  # Ibis has no types for its backends
    # FILTER picks the rows of each aggregate out once more, where CASE is arithmetic.
    agg = AggGen(supports_order_by=True)


@dataclass(frozen=True)
class _Work:
    """A table to compute: its SQL, the frames and tables that it reads, and what tells that it is there."""

    script: str
    frames: Sequence[ops.InMemoryTable]
    needed: Sequence[Future[None]]
    done: Future[None]


class QueuedDuckDB(Backend):  # type: ignore[misc]  # Ibis has no types for its backends
    """A DuckDB backend in memory with a queue of tables to compute.

    Planning a query is Python and takes one core; computing it is not. A table is computed once those that it
    reads are there, and so is a count. Whatever else asks for the connection waits for the whole queue.
    """

    compiler = _Compiler()

    def __init__(self) -> None:
        super().__init__()
        self._workers = ThreadPoolExecutor(QUERIES_AT_ONCE, thread_name_prefix="sodai-duckdb")
        self._queue: dict[str, Future[None]] = {}

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection, once every table of the queue is there.

        Raises
        ------
        duckdb.Error
            What the first table that failed raised; those that have not begun are given up.
        """
        queue, self._queue = self._queue, {}
        try:
            for one in queue.values():
                one.result()
        finally:
            for one in queue.values():
                one.cancel()
        return self._connection

    @con.setter
    def con(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Have ``expression`` computed as the table ``name``, which may be read at once."""
        schema = expression.schema()
        table = sge.table_(name, db=HELD.database, catalog=HELD.catalog, quoted=True)
        columns = sge.Schema(this=table, expressions=schema.to_sqlglot_column_defs(self.dialect))
        # Created and then filled: what is computed in a wider type is stored in that of the schema.
        create = sge.Create(this=columns, kind="TABLE")
        fill = sge.insert(self.compiler.to_sqlglot(expression), into=table, copy=False)
        script = "; ".join(statement.sql(self.dialect, copy=False) for statement in (create, fill))
        read = expression.op().find((ops.DatabaseTable, ops.InMemoryTable))
        frames = [one for one in read if isinstance(one, ops.InMemoryTable)]
        needed = [self._queue[one.name] for one in read if one.name in self._queue]
        done: Future[None] = Future()
        self._queue[name] = done
        self._begin(_Work(script, frames, needed, done))
        return ops.DatabaseTable(name=name, schema=schema, source=self, namespace=HELD).to_expr()

    def disconnect(self) -> None:
        """Give up the tables that are not begun, and give the memory back."""
        for one in self._queue.values():
            one.cancel()
        self._queue.clear()
        self._workers.shutdown()
        self._connection.close()

    def count(self, rows: ir.Table) -> int:
        """How many ``rows`` there are, once the tables that they come from are there."""
        name = ibis.util.gen_name("count")
        self.keep(name, rows.aggregate(rows=rows.count()))
        self._queue.pop(name).result()
        with self._connection.cursor() as own:
            return int(own.table(name).fetchall()[0][0])

    def _begin(self, work: _Work) -> None:
        """Hand a table to the workers as soon as those that it reads are there."""
        missing = next((one for one in work.needed if not one.done()), None)
        if missing is not None:
            missing.add_done_callback(lambda _: self._begin(work))
            return
        try:
            computed = self._workers.submit(self._compute, work)
        except RuntimeError:  # the backend is closed or the interpreter going down: nobody will ask for it
            work.done.cancel()
        else:
            computed.add_done_callback(partial(_tell, work.done))

    def _compute(self, work: _Work) -> None:
        if not work.done.set_running_or_notify_cancel():
            return
        for one in work.needed:
            one.result()
        with self._connection.cursor() as own:
            for frame in work.frames:
                own.register(frame.name, frame.data.to_pyarrow(frame.schema))
            own.execute(work.script).fetchall()


def _tell(done: Future[None], computed: Future[None]) -> None:
    error = computed.exception()
    if error is not None:
        done.set_exception(error)
    elif not done.cancelled():
        done.set_result(None)
