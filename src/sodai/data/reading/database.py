"""Three tables from any SQL database that Ibis reaches, with patience when it does not answer at once."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import ibis
import pyarrow as pa
import stamina

from sodai.data.reading.naming import Role, renames, suggestion
from sodai.settings import InputError, ServiceError, UsageError
from sodai.settings.model import SourceSettings

_IN_A_FILE = ("duckdb", "sqlite")
_NO_ANSWER = frozenset({"OperationalError", "InterfaceError"})


@dataclass(frozen=True)
class Database:
    """A database by its URL, and how patient to be with it."""

    url: str
    source: SourceSettings

    def read(self, roles: tuple[Role, ...]) -> list[pa.Table]:
        """Read the tables under our column names.

        Raises
        ------
        InputError
            If the database file, a table or a column is missing.
        UsageError
            If no driver is installed for the URL.
        ServiceError
            If the database does not answer after ``source.attempts``, or refuses to be read.
        """
        self._require_file()
        patient = stamina.retry(
            on=no_answer, attempts=self.source.attempts, timeout=self.source.timeout_seconds, wait_initial=0.2
        )
        try:
            return list(patient(self._read_all)(roles))
        except Exception as error:
            if not _from_driver(error):
                raise
            verb = "does not answer" if no_answer(error) else "refuses"
            raise ServiceError(
                f"the database {self.safe_url} {verb}: {_first_line(error)}",
                hint="Check that it runs, the address, the password and the rights, then run again.",
            ) from error

    @property
    def safe_url(self) -> str:
        """The URL without its password."""
        masked = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", self.url)
        return re.sub(r"(password=)[^&]*", r"\1***", masked)

    def _require_file(self) -> None:
        parts = urlsplit(self.url)
        path = Path(parts.netloc + parts.path)
        if parts.scheme in _IN_A_FILE and not path.is_file():
            raise InputError(f"there is no database file {path}", hint="Check the path in the URL.")

    def _read_all(self, roles: tuple[Role, ...]) -> list[pa.Table]:
        backend = self._connect()
        try:
            return [_read_table(backend, role) for role in roles]
        finally:
            backend.disconnect()

    def _connect(self) -> Any:
        try:
            return ibis.connect(self._patient_url())
        except (ImportError, ValueError) as error:
            scheme = urlsplit(self.url).scheme
            raise UsageError(
                f"cannot connect to {self.safe_url}: {_first_line(error)}",
                hint=f'Install the driver with `pip install "ibis-framework[{scheme}]"`, or correct the URL.',
            ) from error

    def _patient_url(self) -> str:
        """Add what keeps a connection from creating or locking a file, or from hanging on a silent server."""
        parts = urlsplit(self.url)
        extra = {
            "duckdb": {"read_only": "True"},
            "postgres": {
                "connect_timeout": str(max(2, int(self.source.timeout_seconds / self.source.attempts)))
            },
        }
        ours = extra.get({"postgresql": "postgres"}.get(parts.scheme, parts.scheme), {})
        query = urlencode({**ours, **dict(parse_qsl(parts.query))})
        return urlunsplit(parts._replace(query=query)) if ours else self.url


def _read_table(backend: Any, role: Role) -> pa.Table:
    table = _find(backend, role)
    names = renames(role, list(table.columns), f"table {role.source.name}")
    # A decimal NaN, which PostgreSQL knows, has no place in Arrow's decimals.
    decimals = {name: table[name].cast("float64") for name in names if _has_fraction(table[name].type())}
    delivered: pa.Table = table.select(*names).mutate(**decimals).to_pyarrow()
    return delivered.rename_columns([names[name] for name in delivered.column_names])


def _has_fraction(kind: Any) -> bool:
    return bool(kind.is_decimal() and kind.scale != 0)


def _find(backend: Any, role: Role) -> Any:
    schema, _, name = role.source.name.rpartition(".")
    try:
        return backend.table(name, **({"database": schema} if schema else {}))
    except ibis.common.exceptions.TableNotFound:
        there = _list_tables(backend)
        raise InputError(
            f"the table {role.key} is missing: the database has no table {role.source.name!r}",
            got="the tables " + (", ".join(sorted(there)) or "(none)"),
            hint=suggestion(name, there) + f'Name it in the settings: source.{role.key}.name = "...".',
        ) from None


def _list_tables(backend: Any) -> list[str]:
    try:
        return list(backend.list_tables())
    except AttributeError:  # Ibis 12 asks DuckDB 2 for a method that it lost.
        return [name for (name,) in backend.raw_sql("SELECT table_name FROM duckdb_tables()").fetchall()]


def no_answer(error: Exception) -> bool:
    """Whether ``error`` says that a server was not reached, in the words of PEP 249 that drivers share."""
    return isinstance(error, OSError) or any(kind.__name__ in _NO_ANSWER for kind in type(error).__mro__)


def _from_driver(error: Exception) -> bool:
    return no_answer(error) or any(kind.__name__ == "DatabaseError" for kind in type(error).__mro__)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
