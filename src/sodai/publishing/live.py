"""The week that is live, the one before it, and the switch between them.

A published week is a folder ``predictions/origin=YYYY-MM-DD`` with ``predictions.parquet`` and, written after
it, ``published.json``. ``predictions/live.json`` says which week is live; replacing that file is the switch.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sodai.data.files import read_json, write_atomic, write_json, write_parquet
from sodai.settings import HomeError, InputError, UsageError
from sodai.settings.columns import ORIGIN, PREDICTION_COLUMNS

FOLDER = "predictions"
LOCK_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Week:
    """A published week.

    Parameters
    ----------
    origin : date
    run_id, model_version : str, int or None
        Which run and registered model made it.
    published_at : str
        When (ISO 8601, UTC).
    digest : str
        sha256 of ``predictions.parquet``.
    rows : int
        Its number of rows.
    """

    origin: date
    run_id: str
    model_version: int | None
    published_at: str
    digest: str
    rows: int

    def file(self, home: Path) -> Path:
        """Return its ``predictions.parquet``."""
        return _folder(home, self.origin) / "predictions.parquet"


@dataclass(frozen=True)
class Live:
    """The week that is live; ``previous`` is the origin of the one that was live before it, if any."""

    week: Week
    previous: date | None


@dataclass(frozen=True)
class Published:
    """What `publish` did: the week, and whether it is the live one now."""

    week: Week
    is_live: bool


def publish(
    home: Path,
    origin: date,
    predictions: pa.Table | Path,
    *,
    run_id: str,
    model_version: int | None = None,
    force: bool = False,
) -> Published:
    """Publish the predictions of a week, and let it go live unless a newer week is.

    Publishing the same predictions of the same run again changes nothing; nor does it bring back a week that
    was taken back by `publish_previous`. Predictions for the live week from another run replace it.

    Parameters
    ----------
    home : Path
    origin : date
    predictions : pyarrow.Table or Path
        ``PREDICTION_COLUMNS``, all rows of this one origin; a file is copied as it is.
    run_id : str
    model_version : int, optional
        The registered version that made them.
    force : bool
        Go live even if a newer week is live (a backfill does not), or this one was taken back.

    Raises
    ------
    InputError
        If columns are missing, there are no rows, or rows are of another origin.
    HomeError
        If the disk refuses, or another process keeps publishing.
    """
    _check(predictions, origin)
    with _alone(home):
        week, is_new = _stored(home, origin, predictions, run_id, model_version)
        live = live_week(home)
        goes_live = force or live is None or _supersedes(week, live, is_new=is_new)
        if goes_live:
            live = _switch(home, week, live)
        return Published(week, is_live=live is not None and live.week == week)


def publish_previous(home: Path) -> Live:
    """Let the week that was live before go live again; a second time undoes the first.

    Raises
    ------
    UsageError
        If there is no such week.
    """
    with _alone(home):
        live = live_week(home)
        if live is None or live.previous is None:
            raise UsageError(
                f"no week was live before in {home}",
                hint="Publish one with sodai run, or name one to go live.",
            )
        return _switch(home, published_week(home, live.previous), live)


def go_live(home: Path, origin: date) -> Live:
    """Let a week that was published go live.

    Raises
    ------
    UsageError
        If that week was never published.
    """
    with _alone(home):
        return _switch(home, published_week(home, origin), live_week(home))


def live_week(home: Path) -> Live | None:
    """Return the week that is live; None before the first was published.

    Raises
    ------
    InputError
        If ``live.json`` cannot be read.
    """
    file = _live_file(home)
    if not file.exists():
        return None
    raw = read_json(file)
    previous = raw.pop("previous")
    return Live(_week(raw), date.fromisoformat(previous) if previous else None)


def published_week(home: Path, origin: date) -> Week:
    """Return a published week, live or not.

    Raises
    ------
    UsageError
        If it was never published.
    """
    file = _folder(home, origin) / "published.json"
    if not file.exists():
        known = ", ".join(str(known) for known in published_origins(home)) or "none"
        raise UsageError("that week was never published", got=origin, allowed=known)
    return _week(read_json(file))


def read_week(home: Path, week: Week) -> pa.Table:
    """Read the predictions of a published week and see that they are what was published.

    Raises
    ------
    InputError
        If the file is missing, damaged, half written or of another week.
    """
    file = week.file(home)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    if hashlib.sha256(content).hexdigest() != week.digest:
        raise InputError(
            f"{file} is not what was published for {week.origin}",
            hint="Publish the week again: sodai task publish_results, or sodai publish --previous.",
        )
    table = pq.read_table(pa.BufferReader(content))
    _check(table, week.origin)
    return table


def published_origins(home: Path) -> list[date]:
    """Return the origins of all published weeks, oldest first."""
    files = (home / FOLDER).glob("origin=*/published.json")
    return sorted(date.fromisoformat(file.parent.name.removeprefix("origin=")) for file in files)


def _check(predictions: pa.Table | Path, origin: date) -> None:
    schema, rows = _head(predictions)
    missing = [column for column in PREDICTION_COLUMNS if column not in schema.names]
    if missing:
        raise InputError(
            "predictions lack columns", got=", ".join(missing), allowed=", ".join(PREDICTION_COLUMNS)
        )
    if rows == 0:
        raise InputError(f"there are no predictions for {origin}", hint="See what create_features found.")
    table = predictions if isinstance(predictions, pa.Table) else pq.read_table(predictions, columns=[ORIGIN])
    origins = pc.unique(table[ORIGIN].combine_chunks().cast(pa.date32())).to_pylist()
    if origins != [origin]:
        raise InputError(
            "predictions are of another origin", got=", ".join(map(str, origins[:5])), allowed=origin
        )


def _head(predictions: pa.Table | Path) -> tuple[pa.Schema, int]:
    if isinstance(predictions, pa.Table):
        return predictions.schema, predictions.num_rows
    try:
        with pq.ParquetFile(predictions) as file:
            return file.schema_arrow, file.metadata.num_rows
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"cannot read {predictions}: {error}") from error


def _supersedes(week: Week, live: Live, *, is_new: bool) -> bool:
    taken_back = live.previous == week.origin and not is_new
    return week.origin >= live.week.origin and not taken_back


def _stored(
    home: Path, origin: date, predictions: pa.Table | Path, run_id: str, model_version: int | None
) -> tuple[Week, bool]:
    """Write the week's two files unless they are there, and say whether they were written.

    The record comes second: it tells that the predictions are whole.
    """
    folder = _folder(home, origin)
    file, record = folder / "predictions.parquet", folder / "published.json"
    incoming = home / FOLDER / ".incoming"
    try:
        _write(predictions, incoming)
        digest = _digest(incoming)
        known = _week(read_json(record)) if record.exists() and file.exists() else None
        made_by = (digest, run_id, model_version)
        if known and (known.digest, known.run_id, known.model_version) == made_by and _digest(file) == digest:
            return known, False
        rows = _head(incoming)[1]
        write_atomic(file, lambda temporary: _move(incoming, temporary))
    finally:
        incoming.unlink(missing_ok=True)
    week = Week(origin, run_id, model_version, datetime.now(UTC).isoformat(timespec="seconds"), digest, rows)
    write_json(record, week)
    return week, True


def _write(predictions: pa.Table | Path, target: Path) -> None:
    if isinstance(predictions, pa.Table):
        write_parquet(target, predictions)
    else:
        write_atomic(target, lambda temporary: _copy(predictions, temporary))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _move(source: Path, target: Path) -> None:
    source.replace(target)


def _switch(home: Path, week: Week, live: Live | None) -> Live:
    """Replace ``live.json``: the one step in which a week goes live."""
    if live is not None and live.week == week:
        return live
    if live is None or live.week.origin == week.origin:
        previous = live.previous if live else None
    else:
        previous = live.week.origin
    write_json(_live_file(home), {**asdict(week), "previous": previous})
    return Live(week, previous)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    folder = home / FOLDER
    lock = FileLock(folder / ".lock", timeout=LOCK_WAIT_SECONDS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise HomeError(
            f"another process is publishing in {home}", hint="Wait for it, then run again."
        ) from error
    except OSError as error:
        raise HomeError(
            f"cannot write {folder}: {error.strerror or error}",
            hint="Free some space, or see who may write there.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _week(raw: dict[str, Any]) -> Week:
    try:
        return Week(**{**raw, "origin": date.fromisoformat(raw["origin"])})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"a record of a published week has an unknown form: {error}", hint="Publish the week again."
        ) from error


def _folder(home: Path, origin: date) -> Path:
    return home / FOLDER / f"origin={origin.isoformat()}"


def _live_file(home: Path) -> Path:
    return home / FOLDER / "live.json"


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
