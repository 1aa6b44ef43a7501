"""A server in a process of its own, and what to ask it for."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from sodai.serving.state.state import State

WAIT_SECONDS = 120.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """A process that answers on a port; ``seconds`` passed from its start to its first good answer."""

    process: "subprocess.Popen[bytes]"
    port: int
    seconds: float


@contextmanager
def server(
    command: Sequence[str], path: str = "/readyz", environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    """Start a command in which ``{port}`` stands for a free port, wait until ``path`` answers, and end it.

    Raises
    ------
    RuntimeError
        If it ends, or takes more than two minutes.
    """
    port, started = free_port(), time.perf_counter()
    process = subprocess.Popen(
        [one.format(port=port) for one in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # MLflow starts a shell that starts its server: all of them end together.
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment},
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}{path}"):
            if process.poll() is not None or time.perf_counter() - started > WAIT_SECONDS:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield Server(process, port, time.perf_counter() - started)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(STOP_SECONDS)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def customers_with_lists(state: State) -> list[Any]:
    """Ids of the customers of the live week.

    Raises
    ------
    RuntimeError
        If there is none.
    """
    if state.lists is None:
        raise RuntimeError("the home has no live week")
    return [state.customers.values[at] for at in dict.fromkeys(state.lists.customer.tolist())]


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False
