"""How large a request may be and how long it may take: its body to arrive, its answer to be made."""

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sodai.serving.problems import SLOW_CLIENT, TOO_LARGE, TOO_SLOW, Kind, problem
from sodai.settings.services import LimitSettings


class RefusedError(Exception):
    """The rest of the body is not waited for."""


@dataclass
class _Refusal:
    """Why a request is refused, once it is."""

    kind: Kind
    detail: str


class Bounds:
    """Gives up on bodies that are too large or arrive a byte a second, and on answers that do not come.

    Clocks are the event loop's, which only go forward.
    """

    def __init__(self, app: ASGIApp, limits: LimitSettings) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(self._limits, scope, receive, send)
        try:
            async with asyncio.timeout(self._limits.request_seconds):
                await self._app(scope, request.receive, request.send)
        except RefusedError:
            pass
        except TimeoutError:
            seconds = self._limits.request_seconds
            request.refuse(TOO_SLOW, f"There was no answer within {seconds:g} s.")
        await request.end()


class _Request:
    """One request on its way."""

    def __init__(self, limits: LimitSettings, scope: Scope, receive: Receive, send: Send) -> None:
        self._limits, self._scope, self._receive, self._send = limits, scope, receive, send
        self._until = asyncio.get_running_loop().time() + limits.body_seconds
        self._size, self._whole, self._started = 0, False, False
        self._refusal: _Refusal | None = None

    def refuse(self, kind: Kind, detail: str) -> None:
        """Answer with a problem, unless the answer has begun."""
        self._refusal = _Refusal(kind, detail)

    async def receive(self) -> Message:
        """Give the next part of the body."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            self.refuse(SLOW_CLIENT, f"The body did not arrive within {self._limits.body_seconds:g} s.")
            raise RefusedError from None
        self._whole = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        if self._size > self._limits.body_bytes or _announced(self._scope) > self._limits.body_bytes:
            self.refuse(TOO_LARGE, f"A body may have {self._limits.body_bytes:,} bytes.")
            raise RefusedError
        return message

    async def send(self, message: Message) -> None:
        """Pass on the answer; what a refused request would have been answered is dropped."""
        if self._refusal is None:
            self._started = True
            await self._send(message)

    async def end(self) -> None:
        """Send the refusal, if there is one."""
        if self._refusal is None or self._started:
            return
        kind = self._refusal.kind
        headers = {"Retry-After": "5"} if kind is TOO_SLOW else {"Connection": "close"}
        told = problem(self._scope, kind, self._refusal.detail, headers=headers)
        await told(self._scope, self._receive, self._send)


def _announced(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0
