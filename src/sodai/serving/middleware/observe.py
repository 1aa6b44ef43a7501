"""A correlation id, one log line, figures and security headers for every request."""

import re
import time
import uuid
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sodai.serving.metrics import Metrics
from sodai.serving.problems import INTERNAL, problem

log = structlog.get_logger()

HEADER = "x-request-id"
_GIVEN = re.compile(rb"^[A-Za-z0-9._\-]{1,128}$")
# An API answers programs: no page of it may be framed, run scripts or be guessed to be another type.
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
QUIET = frozenset({"/livez", "/readyz", "/startupz", "/metrics"})


class Observe:
    """The outermost layer.

    What failed without an answer ends as a problem with status 500; its traceback goes to the log, never to
    the client. Paths are logged as templates: ids are of customers.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        identity = _correlation_id(scope)
        scope["sodai.correlation_id"] = identity
        status = 0

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", identity.encode()),
                    *SECURITY_HEADERS,
                ]
            await send(message)

        self._metrics.in_flight.inc()
        with structlog.contextvars.bound_contextvars(correlation_id=identity):
            try:
                await self._app(scope, receive, answered)
            except Exception as error:
                log.exception("failed", route=_route(scope), error=type(error).__name__)
                if not status:
                    told = problem(scope, INTERNAL, "It is in the log under the correlation id.")
                    await told(scope, receive, answered)
            finally:
                self._metrics.in_flight.dec()
                self._told(scope, status, time.perf_counter() - started)

    def _told(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        self._metrics.requests.labels(scope["method"], route, status or "none").inc()
        self._metrics.seconds.labels(route).observe(seconds)
        level = log.debug if route in QUIET else log.info
        level(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            **_known(scope),
        )


def _known(scope: Scope) -> dict[str, Any]:
    names = ("source", "client", "error")
    return {name: scope[f"sodai.{name}"] for name in names if f"sodai.{name}" in scope}


def _route(scope: Scope) -> str:
    """Template of the path; one name for all paths that are none, lest strangers make up label values."""
    return getattr(scope.get("route"), "path", None) or "unmatched"


def _correlation_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER.encode() and _GIVEN.match(value):
            return str(value.decode("ascii"))
    return uuid.uuid4().hex
