"""The page as one web application: a page a language, the downloads, and what stands around every request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sodai.settings import Settings
from sodai.ui import page
from sodai.ui.access import Guarded, Hardened
from sodai.ui.client import Api
from sodai.ui.correlation import Correlate
from sodai.ui.desk import desk_for
from sodai.ui.downloads import router_for
from sodai.ui.theme import STATIC, head, theme
from sodai.ui.writing import Language, Writer

ROOTS = {Language.EN: "/en", Language.ES: ""}  # the root is mounted last: it takes what is left


def create_app(settings: Settings, api: Api | None = None) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings : Settings
    api : Api, optional
        Another way to the API than the address in the settings.
    """
    api = api or Api(settings.ui)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        api.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    for language, root in ROOTS.items():
        desk = desk_for(api, Writer(language), settings, root)
        app.include_router(router_for(desk))
        blocks = page.build(desk, settings.company, ROOTS[language.other])
        gr.mount_gradio_app(
            app,
            blocks,
            path=root or "/",
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            pwa=False,
            show_error=False,
            theme=theme(),
            css_paths=[STATIC / "page.css"],
            head=head(language),
            max_file_size="1kb",
        )
    app.add_middleware(Hardened)
    app.add_middleware(Guarded, settings=settings.ui)
    if (
        settings.ui.password is None
    ):  # a page of another site must not reach us under a name that it points here
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    app.add_middleware(Correlate)
    return app
