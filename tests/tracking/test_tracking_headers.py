"""A request to an MLflow server carries the id of what it is made for."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import structlog
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from tracking_help import settings_with

from sodai.tracking import Registry
from sodai.tracking.headers import request_headers


@pytest.fixture
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server that knows nothing, and the ids that it was asked with."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("X-Request-ID", ""))
            self.send_response(404)
            self.end_headers()
            self.wfile.write(b'{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"}')

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("bound", [{"correlation_id": "c-1"}, {"run_id": "c-1"}])
def test_our_questions_carry_it(
    tmp_path: Path, listening: tuple[str, list[str]], bound: dict[str, str]
) -> None:
    uri, asked = listening
    with structlog.contextvars.bound_contextvars(**bound):
        assert Registry(tmp_path, settings_with(uri=uri)).aliases() == {}
    assert asked == ["c-1"]


def test_questions_of_mlflows_client_carry_it(listening: tuple[str, list[str]]) -> None:
    uri, asked = listening
    with (
        structlog.contextvars.bound_contextvars(correlation_id="c-2"),
        pytest.raises(MlflowException, match="none"),
    ):
        MlflowClient(uri, uri).get_run("1")
    assert asked == ["c-2"]


def test_what_has_no_id_says_nothing() -> None:
    assert request_headers() == {}
