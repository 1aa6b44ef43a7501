"""Three tables from a folder of parquet and csv files; every ``transacciones*`` file is a delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data.reading.delimited import header, read_delimited
from sodai.data.reading.naming import Role, renames, suggestion
from sodai.settings import InputError
from sodai.settings.columns import ITEMS

SUFFIXES = (".parquet", ".csv")


@dataclass(frozen=True)
class Delivery:
    """One file of a table, and the table it holds under our column names."""

    name: str
    table: pa.Table


def files_of(role: Role, folder: Path) -> list[Path]:
    """Files of a table, by name: one for customers and products, one or more for lines.

    Raises
    ------
    InputError
        If the folder or the table is missing, or customers or products come in two files.
    """
    known = _data_files(folder)
    stem = role.source.name
    found = [
        path for path in known if path.stem == stem or (role.key == "lines" and path.stem.startswith(stem))
    ]
    if not found:
        stems = [path.stem for path in known]
        raise InputError(
            f"the table {role.key} is missing: {folder} has no {stem}.parquet or {stem}.csv",
            got=", ".join(path.name for path in known) or "no parquet or csv file at all",
            hint=suggestion(stem, stems)
            + f'Deliver it, or name it in the settings: source.{role.key}.name = "...".',
        )
    if role.key != "lines" and len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise InputError(
            f"the table {role.key} is there more than once in {folder}: {names}", hint="Keep one of them."
        )
    return found


def _data_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder}",
            hint="Name a folder with the three tables, or a database (duckdb:///file, postgres://...).",
        )
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES)


def read_files(role: Role, folder: Path) -> Sequence[Delivery]:
    """Read all files of a table under our column names."""
    return [Delivery(path.name, _read(role, path)) for path in files_of(role, folder)]


def _read(role: Role, path: Path) -> pa.Table:
    if path.suffix.lower() == ".csv":
        names = renames(role, header(path), path.name)
        lenient = [theirs for theirs, ours in names.items() if ours == ITEMS]
        table = read_delimited(path, names, lenient)
    else:
        table, names = _read_parquet(role, path)
    return table.rename_columns([names[name] for name in table.column_names])


def _read_parquet(role: Role, path: Path) -> tuple[pa.Table, dict[str, str]]:
    try:
        with pq.ParquetFile(path) as file:
            names = renames(role, file.schema_arrow.names, path.name)
            table = file.read(columns=list(names))
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"cannot read {path} as parquet: {str(error).splitlines()[0]}",
            hint="The file is cut off or damaged: deliver it again.",
        ) from error
    return table.replace_schema_metadata(None), names
