"""The id that ties a press on the page to the log of the page, the API and the events."""

import re
import uuid
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"
_GIVEN = re.compile(r"^[A-Za-z0-9._\-]{1,128}$")


def correlation_of(headers: Mapping[str, str]) -> str:
    """Return the id that a request came with, or was given on its way in."""
    given = str(headers.get(HEADER, ""))
    return given if _GIVEN.match(given) else uuid.uuid4().hex


class Correlate:
    """Gives every request an id, unless it came with one, and says it in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = HEADER.encode()
        given = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        identity = correlation_of(given).encode()
        scope["headers"] = [
            *((key, value) for key, value in scope["headers"] if key != name),
            (name, identity),
        ]

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (name, identity)]
            await send(message)

        await self._app(scope, receive, answered)
