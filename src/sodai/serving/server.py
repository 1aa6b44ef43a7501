"""The process: uvicorn around the app, with what uvicorn leaves open.

A client has a time to send its headers; requests in flight are answered after the signal to stop; other
addresses than loopback are served with keys alone.
"""

import ipaddress
import logging
import os
from asyncio import TimerHandle
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sodai.serving.access import KeyBook
from sodai.serving.app import create_app
from sodai.settings import Settings, UsageError

# Connections that wait for an answer of accept(2); 200 at once must not be refused.
BACKLOG = 2048


def serve(home: Path, settings: Settings) -> None:
    """Serve a home until a signal comes.

    Raises
    ------
    UsageError
        If the address is not loopback and no key was made.
    """
    chosen = settings.serving
    loopback = is_loopback(chosen.host)
    if not loopback and not any(one.revoked is None for one in KeyBook(home).records()):
        raise UsageError(
            f"{chosen.host} can be reached by others, and no API key was made",
            hint="Make one: sodai keys create NAME --home ...; or serve on 127.0.0.1.",
        )
    app = create_app(home, settings, is_open=loopback)
    uvicorn.Server(configured(app, settings)).run()


def configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Say how uvicorn serves the app."""
    chosen, limits = settings.serving, settings.serving.limits
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return uvicorn.Config(
        app,
        host=chosen.host,
        port=chosen.port,
        loop="uvloop" if os.name == "posix" else "asyncio",
        http=patient_protocol(limits.header_seconds),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=limits.keep_alive_seconds,
        timeout_graceful_shutdown=limits.drain_seconds,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def patient_protocol(header_seconds: float) -> type[HttpToolsProtocol]:
    """Make uvicorn's protocol close connections whose headers do not arrive in time."""

    class Patient(HttpToolsProtocol):
        """Counts from the connection, and from the first byte of each further request."""

        _waiting: TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._wait()

        def on_headers_complete(self) -> None:
            self._stop_waiting()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait(self) -> None:
            self._stop_waiting()
            self._waiting = self.loop.call_later(header_seconds, self._give_up)

        def _stop_waiting(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _give_up(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

    return Patient
