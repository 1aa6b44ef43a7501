"""The process: uvicorn around the page."""

import logging

import uvicorn

from sodai.serving.server import is_loopback
from sodai.settings import Settings, UsageError
from sodai.ui.app import create_app


def serve(settings: Settings) -> None:
    """Serve the page until a signal comes.

    Raises
    ------
    UsageError
        If others can reach the address and no password is set.
    """
    chosen = settings.ui
    if not is_loopback(chosen.host) and chosen.password is None:
        raise UsageError(
            f"{chosen.host} can be reached by others, and the page has no password",
            hint="Set SODAI_UI__PASSWORD; or serve on 127.0.0.1.",
        )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(settings),
        host=chosen.host,
        port=chosen.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run()
