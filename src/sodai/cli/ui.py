"""``sodai ui``: the web page."""

from typing import Annotated

import typer

from sodai.cli import common


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ui")(ui)


def ui(
    api: Annotated[
        str | None, typer.Option("--api", metavar="URL", help="The API.  [default: http://127.0.0.1:8000]")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on.  [default: 127.0.0.1]")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port.  [default: 7860]")] = None,
    settings: common.SettingsFile = None,
) -> None:
    """Serve the web page, a client of the HTTP API (sodai serve)."""
    common.configure("info")
    chosen = common.settings_from(settings)
    options = (("api_url", api), ("host", host), ("port", port))
    given = {name: value for name, value in options if value is not None}
    page = chosen.ui.model_validate({**chosen.ui.model_dump(), **given})

    from sodai.ui.server import serve as run

    common.say(f"sodai: http://{page.host}:{page.port}/ (stop with Ctrl-C)")
    run(chosen.model_copy(update={"ui": page}))
