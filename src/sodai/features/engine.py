"""Where features are computed: DuckDB on one machine, or Spark; the expressions are the same."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis import BaseBackend

from sodai.features.queued import QueuedDuckDB
from sodai.features.spark import spark_backend
from sodai.settings import Settings

TABLES = ("customers", "products", "lines")


@dataclass(frozen=True)
class TableSet:
    """The clean tables of a company on one backend, and the intermediate results kept there."""

    backend: BaseBackend
    customers: ir.Table
    products: ir.Table
    lines: ir.Table
    kept: list[ir.Table] = field(default_factory=list, repr=False, compare=False)

    def keep(self, expression: ir.Table) -> ir.Table:
        """Compute ``expression`` once on the backend and hold its result while this set lives."""
        name = ibis.util.gen_name("kept")
        if isinstance(self.backend, QueuedDuckDB):
            return self.backend.keep(name, expression)
        # Spark has no temporary tables; a cached view is its way to hold a result.
        kept = self.backend.create_view(name, expression).cache()
        self.kept.append(kept)
        return kept

    def count(self, rows: ir.Table) -> int:
        """How many ``rows`` there are; waits for no table that they do not come from."""
        if isinstance(self.backend, QueuedDuckDB):
            return self.backend.count(rows)
        return int(rows.count().execute())


@contextmanager
def connect(settings: Settings) -> Iterator[BaseBackend]:
    """Open the engine that ``settings.features.engine`` names for a ``with`` block.

    Raises
    ------
    UsageError
        If Spark is asked for and the extra ``spark`` is not installed.
    """
    backend = spark_backend(settings) if settings.features.engine == "spark" else _duckdb_backend(settings)
    try:
        yield backend
    finally:
        backend.disconnect()


@contextmanager
def open_tables(folder: Path, settings: Settings) -> Iterator[TableSet]:
    """Open an engine on a folder of clean tables for a ``with`` block; see `connect` and `load_tables`."""
    with connect(settings) as backend:
        yield load_tables(backend, folder)


def _duckdb_backend(settings: Settings) -> QueuedDuckDB:
    backend = QueuedDuckDB()
    backend.do_connect(
        threads=settings.learning.threads,
        memory_limit=settings.features.memory_limit,
        # Spills of another process in the same folder would be overwritten.
        temp_directory=str(Path(tempfile.gettempdir()) / f"sodai-duckdb-{os.getpid()}"),
        # Taken from the system once and used again, query after query; only what is touched takes memory.
        # DuckDB sets addresses aside for four fifths of the machine: where two engines are left open, the
        # system may refuse to fork the process.
        block_allocator_memory=settings.features.memory_limit,
    )
    # The left side of a join is read row by row: as written, rows of a group come one after another, and
    # their aggregates are at hand; swapped on a guess of the smaller side, they are all over the memory.
    backend.raw_sql("SET disabled_optimizers = 'build_side_probe_side'")
    backend.raw_sql("SET checkpoint_threshold = '1TB'")  # nothing is on disk that a checkpoint would tidy
    backend.raw_sql("SET preserve_insertion_order = false")
    backend.raw_sql("SET enable_progress_bar = false")  # it is drawn on standard output, where answers go
    return backend


def load_tables(backend: BaseBackend, folder: Path) -> TableSet:
    """Read ``customers.parquet``, ``products.parquet`` and ``lines.parquet`` of a folder of clean tables."""
    read = {name: backend.read_parquet(str(folder / f"{name}.parquet")) for name in TABLES}
    if isinstance(backend, QueuedDuckDB):
        # What reads a file is a view of one connection; a table is there for all.
        read = {name: backend.create_table(ibis.util.gen_name(name), rows) for name, rows in read.items()}
    return TableSet(backend, **read)
