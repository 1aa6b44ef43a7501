"""How long a request may take: its body to arrive, its answer to be made."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sodai.serving.problems import SLOW_CLIENT, TOO_SLOW, problem
from sodai.settings.model import LimitSettings


class SlowBodyError(Exception):
    """The client does not send the rest of its body."""


class Patience:
    """Gives up on clients that send a byte a second, and on answers that do not come.

    Clocks are the event loop's, which only go forward.
    """

    def __init__(self, app: ASGIApp, limits: LimitSettings) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        until = asyncio.get_running_loop().time() + self._limits.body_seconds
        whole = False

        async def received() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise SlowBodyError from None
            whole = not message.get("more_body", False)
            return message

        async def sent(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with asyncio.timeout(self._limits.request_seconds):
                await self._app(scope, received, sent)
        except SlowBodyError:
            kind, detail = SLOW_CLIENT, f"The body did not arrive within {self._limits.body_seconds:g} s."
        except TimeoutError:
            kind, detail = TOO_SLOW, f"There was no answer within {self._limits.request_seconds:g} s."
        else:
            return
        if not started:
            headers = {"Connection": "close"} if kind is SLOW_CLIENT else {"Retry-After": "5"}
            await problem(scope, kind, detail, headers=headers)(scope, receive, send)
