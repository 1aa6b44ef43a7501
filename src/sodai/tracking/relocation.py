"""A home that was moved or copied: MLflow keeps absolute artifact locations in its tables; they follow."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sodai.settings import HomeError

_LOCATIONS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def relocate(file: Path, experiment: str, artifacts: str) -> bool:
    """Rewrite the artifact locations in ``file`` when the experiment's are not under ``artifacts`` any more.

    Parameters
    ----------
    file : Path
        MLflow's SQLite file.
    experiment : str
        The experiment whose location tells where the home used to be.
    artifacts : str
        Where the artifacts are now, as a ``file:`` URI.

    Returns
    -------
    bool
        Whether there was anything to do.
    """
    try:
        with closing(sqlite3.connect(file, timeout=20)) as connection, connection:
            found = connection.execute(
                "SELECT artifact_location FROM experiments WHERE name = ?", (experiment,)
            ).fetchone()
            if found is None or found[0] == artifacts:
                return False
            for table, column in _LOCATIONS:
                _replace_beginning(connection, table, column, found[0], artifacts)
            return True
    except sqlite3.Error as error:
        raise HomeError(
            f"cannot bring {file} to its new place: {error}",
            hint="See that the home can be written, then run again.",
        ) from error


def _replace_beginning(connection: sqlite3.Connection, table: str, column: str, old: str, new: str) -> None:
    connection.execute(
        f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 (names are from the list above)
        f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
        (new, len(old) + 1, old, len(old) + 1, f"{old}/"),
    )
