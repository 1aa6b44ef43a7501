"""What routes ask for: the services, the state, and a caller with the right scope."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from sodai.serving.access import Scope
from sodai.serving.problems import NO_KEY, NO_SCOPE, TOO_MANY, WRONG_HOST, ApiError
from sodai.serving.services import Services
from sodai.serving.state import State

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

# For the OpenAPI document; the header is read below, once.
_bearer = HTTPBearer(auto_error=False, description="A key made by `sodai keys create`.")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key, in another header.")


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _service(request: Request) -> Services:
    return _services(request)


async def _state(request: Request) -> State:
    return _services(request).state


ServicesDep = Annotated[Services, Depends(_service)]
StateDep = Annotated[State, Depends(_state)]


def needs(scope: Scope) -> Callable[..., Awaitable[None]]:
    """Let only callers with a scope pass, and none more often than it may."""

    async def check(
        request: Request,
        _: Annotated[object, Security(_bearer)],
        __: Annotated[object, Security(_header)],
    ) -> None:
        services = _services(request)
        caller = _caller(request, services, scope)
        request.scope["sodai.client"] = caller
        wait = services.rate.take(caller)
        if wait > 0:
            raise ApiError(
                TOO_MANY,
                "this key made too many requests",
                hint="Wait as long as Retry-After says.",
                headers={"Retry-After": str(max(1, round(wait + 0.5)))},
            )

    return check


def _caller(request: Request, services: Services, scope: Scope) -> str:
    key = _key(request)
    if key is None and services.is_open and services.keys.is_empty:
        _on_loopback(request)
        return "local"
    record = services.keys.find(key) if key is not None else None
    if record is None:
        raise ApiError(
            NO_KEY,
            "this request needs an API key" if key is None else "this API key is not known",
            hint="Send Authorization: Bearer <key>; sodai keys create makes one.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not record.may(scope):
        raise ApiError(NO_SCOPE, "this API key may not do that", got=", ".join(record.scopes), allowed=scope)
    return record.id


def _key(request: Request) -> str | None:
    given = request.headers.get("authorization", "")
    kind, _, key = given.partition(" ")
    if kind.lower() == "bearer" and key:
        return key.strip()
    return request.headers.get("x-api-key") or (given or None)


def _on_loopback(request: Request) -> None:
    """Without keys, a page of another site must not reach us under a name that it points here."""
    name = request.headers.get("host", "").rsplit(":", 1)[0] if request.headers.get("host") else ""
    host = request.headers.get("host", "")
    bare = host if host in LOOPBACK else name
    if bare not in LOOPBACK:
        raise ApiError(WRONG_HOST, "without keys only the loopback address is answered", got=bare)
