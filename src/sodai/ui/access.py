"""Who may see the page, and what a browser may do with it."""

import base64
import binascii
import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sodai.settings.services import UiSettings

# The page asks its own server and nothing else. Gradio and Plotly write styles and small scripts into it.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Hardened:
    """Tells browsers that no other host is to be asked, and that nobody else may frame the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, answered if scope["type"] == "http" else send)


class Guarded:
    """Asks for the name and password of the settings (HTTP Basic, RFC 7617), if they have one."""

    def __init__(self, app: ASGIApp, settings: UiSettings) -> None:
        self._app = app
        secret = settings.password.get_secret_value() if settings.password else ""
        self._wanted = f"{settings.user}:{secret}".encode() if secret else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not self._wanted or self._knows(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        refused = PlainTextResponse(
            "Usuario y contraseña, por favor. / User and password, please.",
            401,
            {"WWW-Authenticate": 'Basic realm="SodAI", charset="UTF-8"'},
        )
        await refused(scope, receive, send)

    def _knows(self, headers: Headers) -> bool:
        kind, _, sent = headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(sent.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and hmac.compare_digest(given, self._wanted)
