"""Errors as problem+json (RFC 9457): one table says which error has which status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from sodai.serving.schemas.common import Problem
from sodai.settings import HomeError, InputError, ServiceError, SodaiError, UsageError

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "urn:sodai:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: the end of its URN, the status and a title that is always the same."""

    name: str
    status: int
    title: str


UNKNOWN_PRODUCT: Final = Kind("unknown-product", 404, "Unknown product")
UNKNOWN_CUSTOMER: Final = Kind("unknown-customer", 404, "Unknown customer")
NOT_FOUND: Final = Kind("not-found", 404, "Not found")
WRONG_ID: Final = Kind("wrong-id", 422, "Not an id of this company")
NO_KEY: Final = Kind("no-key", 401, "API key missing or wrong")
NO_SCOPE: Final = Kind("no-scope", 403, "API key without the scope")
WRONG_HOST: Final = Kind("wrong-host", 421, "Misdirected request")
TOO_MANY: Final = Kind("too-many-requests", 429, "Too many requests")
CONFLICT: Final = Kind("key-reused", 409, "Key used for something else")
TOO_LARGE: Final = Kind("too-large", 413, "Too large")
SLOW_CLIENT: Final = Kind("slow-request", 408, "The request took too long to arrive")
TOO_SLOW: Final = Kind("too-slow", 503, "The answer took too long")
BUSY: Final = Kind("busy", 503, "Busy")
NOT_READY: Final = Kind("not-ready", 503, "Not ready")
INTERNAL: Final = Kind("internal", 500, "Something failed here")
INVALID: Final = Kind("invalid-request", 422, "The request is not valid")

_BY_ERROR: Final[tuple[tuple[type[SodaiError], Kind], ...]] = (
    (UsageError, INVALID),
    (ServiceError, Kind("service-away", 503, "A service does not answer")),
    (HomeError, Kind("home", 503, "The home cannot be used")),
    (InputError, Kind("unreadable", 503, "A file of the home cannot be read")),
)
_BY_STATUS: Final[Mapping[int, Kind]] = {
    400: Kind("malformed", 400, "Malformed request"),
    404: NOT_FOUND,
    405: Kind("method-not-allowed", 405, "Method not allowed"),
    413: TOO_LARGE,
    415: Kind("wrong-content-type", 415, "Send application/json"),
}


class ApiError(SodaiError):
    """A request that is refused.

    Parameters
    ----------
    kind : Kind
    what, got, allowed, hint
        As `sodai.settings.SodaiError` has them.
    headers : mapping, optional
        Sent with the answer, e.g. Retry-After.
    """

    def __init__(
        self,
        kind: Kind,
        what: str,
        *,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(what, got=values.get("got"), allowed=values.get("allowed"), hint=hint)
        self.kind, self.headers = kind, dict(headers or {})


def problem(
    scope: Scope,
    kind: Kind,
    detail: str,
    *,
    hint: str = "",
    errors: Sequence[Mapping[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the answer of a problem."""
    body: dict[str, Any] = {
        "type": PREFIX + kind.name,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": scope.get("path", ""),
        "correlation_id": scope.get("sodai.correlation_id", ""),
    }
    body |= {"hint": hint} if hint else {}
    body |= {"errors": list(errors)} if errors is not None else {}
    return Response(orjson.dumps(body, default=str), kind.status, dict(headers or {}), MEDIA_TYPE)


def of_error(scope: Scope, error: SodaiError) -> Response:
    """Make the answer of one of our errors."""
    if isinstance(error, ApiError):
        return problem(scope, error.kind, _told(error), hint=error.hint, headers=error.headers)
    kind = next((kind for type_, kind in _BY_ERROR if isinstance(error, type_)), INTERNAL)
    if kind.status >= 500:  # Paths and addresses of this machine are for the log alone.
        return problem(
            scope, kind, "It is in the log under the correlation id.", headers={"Retry-After": "5"}
        )
    return problem(scope, kind, _told(error), hint=error.hint)


def _told(error: SodaiError) -> str:
    parts = [error.what]
    parts += [f"got {error.got}"] if error.got is not None else []
    parts += [f"allowed: {error.allowed}"] if error.allowed is not None else []
    return "; ".join(parts) + "."


def add_handlers(app: FastAPI) -> None:
    """Let every error of the app end as a problem."""

    async def ours(request: Request, error: Exception) -> Response:
        if not isinstance(error, SodaiError):
            raise error
        request.scope["sodai.error"] = str(error)
        return of_error(request.scope, error)

    async def invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return _invalid(request.scope, error)

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        kind = _BY_STATUS.get(error.status_code, Kind("http", error.status_code, str(error.detail)))
        return problem(request.scope, kind, f"{error.detail}.", headers=error.headers)

    app.add_exception_handler(SodaiError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _invalid(scope: Scope, error: RequestValidationError) -> Response:
    """Say which fields are wrong, without what was sent: it may be of a customer."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(scope, _BY_STATUS[400], "The body is not JSON.")
    if _not_json(scope, found):
        return problem(scope, _BY_STATUS[415], "The body is not sent as application/json.")
    errors = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in found[:20]]
    return problem(scope, INVALID, f"{len(found)} fields are not valid.", errors=errors)


def _not_json(scope: Scope, found: Sequence[Any]) -> bool:
    """Whether a body came that was not read as JSON for its content type."""
    headers = dict(scope["headers"])
    sent = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
    told = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    json = told == b"application/json" or (told.startswith(b"application/") and told.endswith(b"+json"))
    return sent and not json and any(one["loc"][:1] == ("body",) for one in found)


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of a route for OpenAPI."""
    told: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        description = told.get(kind.status, {}).get("description")
        told[kind.status] = {
            "model": Problem,
            "description": f"{description}; {kind.title}" if description else kind.title,
            "content": {MEDIA_TYPE: {}},
        }
    return told
