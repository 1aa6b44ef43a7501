"""A registry that does not answer, or wrongly: a few tries, one clear error, and never a long wait."""

import base64
import errno
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from tracking_help import ORIGIN, settings_with

from sodai.settings import HomeError, ServiceError, UsageError, load_settings
from sodai.tracking import CHAMPION, Registry, Tracker
from sodai.tracking.patience import Patience, Verdict, judge
from sodai.tracking.store import Store

Answer = tuple[int, str]


@contextmanager
def serving(answers: list[Answer]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Serve ``answers`` in turn, the last one for ever; tells the address and what was asked."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
            status, body = answers[min(len(asked), len(answers)) - 1]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where somebody accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield int(listener.getsockname()[1])


EMPTY = json.dumps({"registered_model": {"name": "sodai"}})
ONE = json.dumps({"registered_model": {"name": "sodai", "aliases": [{"alias": "champion", "version": "3"}]}})


def registry_at(home: Path, uri: str, **more: object) -> Registry:
    return Registry(home, settings_with(uri=uri, **{"attempts": 3, "timeout_seconds": 2.0, **more}))


def test_a_port_where_nobody_listens_is_told_soon(tmp_path: Path, dead_port: int) -> None:
    registry = registry_at(tmp_path, f"http://127.0.0.1:{dead_port}/")
    started = time.monotonic()

    with pytest.raises(
        ServiceError, match=f"MLflow server http://127.0.0.1:{dead_port} did not answer"
    ) as caught:
        registry.check()

    assert time.monotonic() - started < 4
    assert "tracking.uri" in caught.value.hint
    assert caught.value.exit_code == 1


def test_a_port_that_accepts_and_never_answers_is_told_within_the_budget(
    tmp_path: Path, silent_port: int
) -> None:
    registry = registry_at(tmp_path, f"http://127.0.0.1:{silent_port}", timeout_seconds=1.0)
    started = time.monotonic()
    with pytest.raises(ServiceError, match="did not answer while reading the registry; got timed out"):
        registry.version_of(CHAMPION)
    assert time.monotonic() - started < 4


def test_writing_to_a_dead_server_is_told_before_anything_else_is_done(
    tmp_path: Path, dead_port: int
) -> None:
    tracker = Tracker(
        tmp_path, settings_with(uri=f"http://127.0.0.1:{dead_port}", attempts=2, timeout_seconds=1.0)
    )
    with pytest.raises(ServiceError, match="did not answer"):
        tracker.weekly_run("run", ORIGIN)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_dies_in_between_is_told_with_mlflows_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([(200, EMPTY)]) as (uri, _):
        settings = settings_with(uri=uri, attempts=2, timeout_seconds=2.0)
        store = Store.of(tmp_path, settings)
        assert store.client is not None
    started = time.monotonic()
    with pytest.raises(ServiceError, match="did not answer while opening the experiment"):
        assert store.experiment_id
    assert time.monotonic() - started < 6


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path) -> None:
    with serving([(503, "starting"), (500, "almost"), (200, ONE)]) as (uri, asked):
        assert registry_at(tmp_path, uri).aliases() == {"champion": 3}
        assert len(asked) == 3


def test_no_more_attempts_than_the_settings_allow(tmp_path: Path) -> None:
    with serving([(503, "down")]) as (uri, asked):
        with pytest.raises(ServiceError, match="did not answer"):
            registry_at(tmp_path, uri, attempts=2).check()
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, "who are you"), "does not let us in.*tracking.username"),
        ((403, "no"), "does not let us in"),
        ((404, "<html>not here</html>"), "refused while reading the registry"),
        ((200, "<html>another service</html>"), "not as an MLflow server does"),
        ((200, "[1, 2]"), "not as an MLflow server does"),
    ],
)
def test_a_wrong_answer_is_told_at_once(tmp_path: Path, answer: Answer, message: str) -> None:
    with serving([answer]) as (uri, asked):
        with pytest.raises(ServiceError, match=message):
            registry_at(tmp_path, uri).check()
        assert len(asked) == 1


def test_a_server_without_our_model_has_no_aliases(tmp_path: Path) -> None:
    with serving([(404, json.dumps({"error_code": "RESOURCE_DOES_NOT_EXIST"}))]) as (uri, _):
        assert registry_at(tmp_path, uri).aliases() == {}


@pytest.mark.parametrize(
    ("given", "header"),
    [
        ({"username": "ana", "password": "secreto"}, "Basic " + base64.b64encode(b"ana:secreto").decode()),
        ({"token": "t0"}, "Bearer t0"),
        ({}, ""),
    ],
)
def test_credentials_are_sent_and_never_shown(tmp_path: Path, given: dict[str, str], header: str) -> None:
    with serving([(200, EMPTY), (401, "")]) as (uri, asked):
        registry = registry_at(tmp_path, uri, **given)
        registry.check()
        assert asked == [("/api/2.0/mlflow/registered-models/get?name=sodai", header)]
        with pytest.raises(ServiceError) as caught:
            registry.check()
    assert "secreto" not in str(caught.value)
    assert "secreto" not in repr(registry_at(tmp_path, uri, **given)._store)


@pytest.mark.parametrize(
    "uri", ["sqlite:///x.db", "localhost:5000", "http://", "http://ana:secreto@host:1", "some/folder"]
)
def test_an_address_that_is_no_servers_is_refused_without_showing_a_password(
    tmp_path: Path, uri: str
) -> None:
    with pytest.raises(UsageError, match="does not name an MLflow server") as caught:
        Registry(tmp_path, settings_with(uri=uri))
    assert "secreto" not in str(caught.value)


def test_a_home_whose_path_sqlite_cannot_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="path without % and"):
        Tracker(tmp_path / "100%", load_settings())


def test_a_damaged_store_is_told_by_who_reads_and_by_who_writes(home: Path) -> None:
    (home / "mlflow" / "mlflow.db").write_bytes(
        b"not a database at all, but long enough to be read as one" * 100
    )
    with pytest.raises(HomeError, match="is damaged"):
        Registry(home, load_settings()).version_of(CHAMPION)
    with pytest.raises(HomeError, match="is damaged"):
        Tracker(home, load_settings()).weekly_run("run", ORIGIN)


def test_a_store_without_tables_is_told(home: Path) -> None:
    (home / "mlflow" / "mlflow.db").write_bytes(b"")
    with pytest.raises(HomeError, match="is damaged: no such table"):
        Registry(home, load_settings()).aliases()


def test_a_full_disk_is_the_homes_trouble_and_is_not_tried_again() -> None:
    tries = []

    def full() -> None:
        tries.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(HomeError, match="the disk under the store is full"):
        Patience("the store", 4, 1.0).call("writing", full)
    assert len(tries) == 1


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (ConnectionResetError(), Verdict.TRANSIENT),
        (TimeoutError(), Verdict.TRANSIENT),
        (sqlite3.OperationalError("database is locked"), Verdict.TRANSIENT),
        (sqlite3.OperationalError("no such table: runs"), Verdict.REFUSED),
        (sqlite3.OperationalError("database or disk is full"), Verdict.FULL),
        (PermissionError(errno.EACCES, "Permission denied"), Verdict.REFUSED),
        (MlflowException("API request failed", error_code=1), Verdict.TRANSIENT),
        (MlflowException.invalid_parameter_value("no"), Verdict.REFUSED),
    ],
)
def test_what_a_failure_means(error: Exception, verdict: Verdict) -> None:
    assert judge(error) is verdict
