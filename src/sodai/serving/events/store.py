"""Events in a SQLite file of the home, written by one thread that gathers what waits into one commit.

Write-ahead log with ``synchronous=FULL``: a commit returns when the disk has it, and only then is an event
answered. Several API processes may write to one file; each waits for the other's commit.
"""

import asyncio
import hashlib
import json
import queue
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodai.settings import HomeError, SodaiError

BUSY_SECONDS = 5.0
MOST_AT_ONCE = 200

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    customer TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_customer ON events (customer, sequence);
"""

Body = dict[str, Any]


class KeyReusedError(SodaiError):
    """The key of an event was used before, for something else."""


@dataclass(frozen=True)
class Kept:
    """An event as it is on the disk; ``repeated`` if it was there before."""

    sequence: int
    body: Body
    repeated: bool


@dataclass(frozen=True)
class _Pending:
    asked: Body
    added: Body
    done: "Future[Kept]"


class EventStore:
    """The events of a home. Open with `start`, close with `stop`."""

    def __init__(self, home: Path) -> None:
        self._file = home / "serving" / "events.db"
        self._waiting: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="events", daemon=True)

    def start(self) -> None:
        """Open the file and begin to write.

        Raises
        ------
        HomeError
            If the file cannot be opened.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connected()) as connection:
                connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise HomeError(f"cannot keep events in {self._file}: {error}") from error
        self._writer.start()

    def stop(self) -> None:
        """Write what waits, and end."""
        self._waiting.put(None)
        self._writer.join(timeout=BUSY_SECONDS)

    async def keep(self, asked: Body, added: Body) -> Kept:
        """Keep an event; return when the disk has it.

        Parameters
        ----------
        asked : dict
            What the client sent, with its ``key``; the same content under the same key is the same event.
        added : dict
            What we know besides: when it came, its correlation id, the live week.

        Raises
        ------
        KeyReusedError
            If the key stands for another event.
        HomeError
            If it cannot be written.
        """
        pending = _Pending(asked, added, Future())
        self._waiting.put(pending)
        return await asyncio.wrap_future(pending.done)

    def latest(self, customer: str | None, key: str | None, page: tuple[int, int]) -> tuple[int, list[Body]]:
        """Return how many events there are, and some of them, newest first.

        Parameters
        ----------
        customer, key : str, optional
            Only those of a customer, or of a key.
        page : tuple of int
            Offset and limit.
        """
        asked = [("customer", customer), ("key", key)]
        where = " AND ".join(f"{column} = ?" for column, value in asked if value is not None)
        values = [value for _, value in asked if value is not None]
        tail = f"FROM events {f'WHERE {where}' if where else ''}"
        with closing(self._connected()) as connection:
            total = int(connection.execute(f"SELECT count(*) {tail}", values).fetchone()[0])
            rows = connection.execute(
                f"SELECT sequence, body {tail} ORDER BY sequence DESC LIMIT ? OFFSET ?",
                (*values, page[1], page[0]),
            ).fetchall()
        return total, [{**json.loads(body), "sequence": sequence} for sequence, body in rows]

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _write_all(self) -> None:
        while True:
            batch = self._gathered()
            if batch:
                self._write(batch)
            else:
                return

    def _gathered(self) -> list[_Pending]:
        """Wait for an event, and take those that came meanwhile; nothing when it is time to end."""
        first = self._waiting.get()
        batch = [first] if first is not None else []
        while batch and len(batch) < MOST_AT_ONCE:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                self._waiting.put(None)
                break
            batch.append(following)
        return batch

    def _write(self, batch: Sequence[_Pending]) -> None:
        try:
            with closing(self._connected()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                results = [_inserted(connection, pending) for pending in batch]
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            for pending in batch:
                pending.done.set_exception(HomeError(f"cannot keep events in {self._file}: {error}"))
            return
        for pending, result in zip(batch, results, strict=True):
            if isinstance(result, Kept):
                pending.done.set_result(result)
            else:
                pending.done.set_exception(result)


def _inserted(connection: sqlite3.Connection, pending: _Pending) -> Kept | KeyReusedError:
    asked, digest = pending.asked, _digest(pending.asked)
    body = {**asked, **pending.added}
    found = connection.execute(
        "SELECT sequence, digest, body FROM events WHERE key = ?", (asked["key"],)
    ).fetchone()
    if found is not None:
        if found[1] != digest:
            return KeyReusedError("the key of this event stands for another one")
        return Kept(found[0], json.loads(found[2]), repeated=True)
    inserted = connection.execute(
        "INSERT INTO events (key, digest, kind, customer, body, received_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            asked["key"],
            digest,
            asked["kind"],
            str(asked["customer_id"]),
            json.dumps(body, ensure_ascii=False),
            body["received_at"],
        ),
    )
    return Kept(int(inserted.lastrowid or 0), body, repeated=False)


def _digest(asked: Body) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
