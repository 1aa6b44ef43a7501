"""A real HTTP server around the app, in a thread of the test, and a client of it."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from sodai.serving.app import create_app
from sodai.serving.server import configured
from sodai.serving.services import Services
from sodai.settings import Settings, load_settings

WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Served:
    """A server: where it is, a client of it, and the parts it was made of."""

    url: str
    client: httpx.Client
    services: Services

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.client.post(path, **options)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


def settings_of(**serving: Any) -> Settings:
    """Default settings with some of the section ``serving``, whose own sections are dicts."""
    chosen = load_settings()
    quick = {"poll_seconds": 0.05, "port": free_port(), **serving}
    return chosen.model_copy(update={"serving": chosen.serving.model_validate(quick)})


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(home: Path, settings: Settings | None = None, *, is_open: bool = True) -> Iterator[Served]:
    """Serve a home until the block ends."""
    chosen = settings or settings_of()
    app = create_app(home, chosen, is_open=is_open)
    server = uvicorn.Server(configured(app, chosen))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive())
    url = f"http://127.0.0.1:{chosen.serving.port}"
    try:
        with httpx.Client(base_url=url, timeout=WAIT_SECONDS) as client:
            yield Served(url, client, app.state.services)
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)


def until(true: Any, seconds: float = WAIT_SECONDS) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def prepared(served: Served) -> None:
    """Wait until the champion can score on demand."""
    until(lambda: served.services.scoring.is_ready(served.services.state))


@contextmanager
def process(home: Path, *flags: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``sodai serve`` as a process of its own; killed when the block ends."""
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from sodai.cli import main; main()",
        "serve",
        "--home",
        str(home),
        "--port",
        str(port),
        *flags,
    ]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    url = f"http://127.0.0.1:{port}"
    drained = threading.Thread(target=lambda: list(started.stderr or ()), daemon=True)
    drained.start()
    try:
        until(lambda: started.poll() is not None or _answers(url))
        yield started, url
    finally:
        started.kill()
        started.wait(WAIT_SECONDS)
        drained.join(WAIT_SECONDS)
        if started.stderr:
            started.stderr.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def sodai(*arguments: object) -> None:
    """Run a command."""
    subprocess.run(
        [sys.executable, "-c", "from sodai.cli import main; main()", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    )
