"""The app: its routes, the layers around them, and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from sodai.serving import probes
from sodai.serving.middleware import Bounds, Observe
from sodai.serving.problems import add_handlers
from sodai.serving.routes import ROUTERS
from sodai.serving.services import Services
from sodai.serving.tracing import Tracing
from sodai.settings import Settings, SodaiError

log = structlog.get_logger()

DESCRIPTION = """
Who will buy what next week. Answers come from the published week; where it cannot answer, from the champion,
then from baselines, and each says so in `source`. Errors are problem+json (RFC 9457).
"""


def create_app(home: Path, settings: Settings, *, is_open: bool = True) -> FastAPI:
    """Make the app that serves a home.

    Parameters
    ----------
    home : Path
    settings : Settings
    is_open : bool
        Let requests without a key in while no key was ever made; for loopback addresses alone.
    """
    services = Services.of(home, settings, is_open=is_open)
    tracing = Tracing(settings.serving.otlp_endpoint)
    app = FastAPI(
        title="SodAI",
        version=version("sodai"),
        description=DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,  # Both pages load scripts from another host.
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
        telemetry=tracing.telemetry,
    )
    app.state.services, app.state.tracing = services, tracing
    for router in (*ROUTERS, probes.router):
        app.include_router(router)
    add_handlers(app)
    if settings.serving.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.serving.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=["X-Request-ID"],
        )
    app.add_middleware(Bounds, limits=settings.serving.limits)
    app.add_middleware(Observe, metrics=services.metrics)
    return app


async def _watch_keys(services: Services) -> None:
    """Notice keys that are made or revoked while we run; a file that cannot be read changes nothing."""
    while True:
        await asyncio.sleep(services.settings.serving.poll_seconds)
        try:
            services.keys.refresh()
        except SodaiError as error:
            log.warning("keys not readable", why=str(error))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    services.keys.refresh()
    services.events.start()
    await services.holder.look()
    beside = [asyncio.create_task(one) for one in (services.holder.watch(), _watch_keys(services))]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        services.scoring.close()
        services.events.stop()
        await services.cache.close()
        await asyncio.to_thread(app.state.tracing.close)
