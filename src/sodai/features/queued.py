"""DuckDB that computes intermediate tables in the background, in order, while the next ones are planned."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import duckdb
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend


WORKERS = 2


class QueuedDuckDB(Backend):
    """A DuckDB backend with a queue of tables to compute.

    Planning a query is Python and takes one core; computing it is not. Whatever else asks for the connection waits
    until the queue is empty, and raises what went wrong in it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._workers = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="sodai-duckdb")
        self._waiting: dict[str, Future[None]] = {}

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection, once every table of the queue is there.

        Raises
        ------
        duckdb.Error
            What the first table that failed raised; those after it are given up.
        """
        waiting, self._waiting = self._waiting, {}
        try:
            for one in waiting.values():
                one.result()
        finally:
            for one in waiting.values():
                one.cancel()
        return self._connection

    @con.setter
    def con(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Have ``expression`` computed as the table ``name``, which may be read at once."""
        if expression.op().find(ops.InMemoryTable):
            return self.create_table(name, expression)
        schema = expression.schema()
        table = sge.table_(name, db="main", catalog="memory", quoted=True)
        columns = sge.Schema(this=table, expressions=schema.to_sqlglot_column_defs(self.dialect))
        # Created and then filled: what is computed in a wider type is stored in that of the schema.
        statements = (
            sge.Create(this=columns, kind="TABLE"),
            sge.insert(self.compiler.to_sqlglot(expression), into=table),
        )
        script = "; ".join(statement.sql(self.dialect) for statement in statements)
        read = [t.name for t in expression.op().find(ops.DatabaseTable)]
        before = [self._waiting[n] for n in read if n in self._waiting]
        self._waiting[name] = self._workers.submit(self._run, script, before)
        held = ops.Namespace(catalog="memory", database="main")
        return ops.DatabaseTable(name=name, schema=schema, source=self, namespace=held).to_expr()

    def _run(self, script: str, before: "list[Future[None]]") -> None:
        for one in before:
            one.result()
        with self._connection.cursor() as own:
            own.execute(script).fetchall()
