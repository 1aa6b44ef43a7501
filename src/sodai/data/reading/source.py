"""Where a company's data comes from: a folder or a database, read into one form and known by its content."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from sodai.data.reading.folder import Delivery, files_of, read_files
from sodai.data.reading.naming import roles
from sodai.data.tables import DELIVERY, Tables
from sodai.data.values import agree, as_days, as_ids, as_quantities, plain
from sodai.settings import InputError, UsageError
from sodai.settings.columns import CUSTOMER_ID, ITEMS, ORDER_ID, PRODUCT_ID, PURCHASE_DATE
from sodai.settings.model import Settings

_IDS = (CUSTOMER_ID, PRODUCT_ID, ORDER_ID)


def read_tables(data: str | Path | None, settings: Settings) -> Tables:
    """Read the three tables as delivered, under our column names.

    Parameters
    ----------
    data : str or Path, optional
        A folder of parquet and csv files, or the URL of a database (``duckdb:///file``, ``postgres://...``).
        Without it, ``settings.source.url``.
    settings : Settings
        ``settings.source`` names the tables and their columns.

    Returns
    -------
    Tables
        Ids are int64 or text, purchase_date is date32 and items float64 wherever that loses nothing; a column
        with values that make no sense stays as delivered, for cleaning to refuse them one by one.

    Raises
    ------
    InputError
        If a table or column is missing or a file cannot be read.
    UsageError
        If neither ``data`` nor ``settings.source.url`` is given.
    ServiceError
        If a database does not answer.
    """
    where = _where(data, settings)
    if isinstance(where, str):
        return _from_database(where, settings)
    customers, products, lines = (read_files(role, where) for role in roles(settings))
    return Tables(customers[0].table, products[0].table, _one_table(lines))


def fingerprint(data: str | Path | None, settings: Settings) -> str:
    """Sha256 of the content of the source: the files' names and bytes, or the rows of a database.

    The time of a file does not matter, nor does the order in which a database hands over its rows.
    """
    where = _where(data, settings)
    if isinstance(where, str):
        return _from_database(where, settings).digest()
    total = hashlib.sha256()
    for role in roles(settings):
        for path in files_of(role, where):
            content = _digest(path)
            total.update(f"{role.key}\0{path.name}\0{content}\n".encode())
    return total.hexdigest()


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def _where(data: str | Path | None, settings: Settings) -> str | Path:
    given = str(data) if data else settings.source.url
    if not given:
        raise UsageError("no data was named", hint="Give --data FOLDER, or source.url in the settings.")
    return given if "://" in given else Path(given)


def _from_database(url: str, settings: Settings) -> Tables:
    from sodai.data.reading.database import Database  # noqa: PLC0415 - Ibis takes a second to import

    customers, products, lines = Database(url, settings.source).read(roles(settings))
    return Tables(customers, products, _settled(lines))


def _one_table(deliveries: Sequence[Delivery]) -> pa.Table:
    """Stack deliveries, each row with the name of its file, columns of unequal type made equal."""
    tables = [_settled(delivery.table) for delivery in deliveries]
    stacked = {name: _stack(name, [table[name] for table in tables]) for name in tables[0].column_names}
    sizes = [len(table) for table in tables]
    encoded = pa.DictionaryArray.from_arrays(
        pa.concat_arrays([pa.repeat(pa.scalar(k, pa.int32()), size) for k, size in enumerate(sizes)]),
        [delivery.name for delivery in deliveries],
    )
    return pa.table({**stacked, DELIVERY: encoded})


def _stack(name: str, columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    kinds = {column.type for column in columns if column.null_count < len(column)}
    try:
        if len(kinds) > 1:
            columns = agree(*columns) if name in _IDS else [column.cast(pa.string()) for column in columns]
            kinds = {columns[0].type}
        kind = kinds.pop() if kinds else columns[0].type
        return pa.chunked_array([chunk for column in columns for chunk in column.cast(kind).chunks], kind)
    except pa.ArrowException as error:
        raise InputError(
            f"the column {name!r} has types in the files of lines that cannot be joined: {error}",
            hint="Deliver it with the same type in every file.",
        ) from error


def _settled(lines: pa.Table) -> pa.Table:
    """Give every column its own type where that loses nothing; NaN counts as nothing."""
    readers = {**dict.fromkeys(_IDS, as_ids), PURCHASE_DATE: as_days, ITEMS: as_quantities}
    columns: dict[str, pa.ChunkedArray] = {}
    for name, reader in readers.items():
        delivered = plain(lines[name])
        read = reader(delivered)
        may_lose = name in _IDS or pa.types.is_floating(delivered.type)
        lossy = read is None or (not may_lose and read.null_count > delivered.null_count)
        columns[name] = delivered if lossy else read
    return pa.table(columns)
