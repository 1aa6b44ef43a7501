"""``sodai serve`` and ``sodai keys``: the HTTP API, and who may use it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sodai.cli import common

if TYPE_CHECKING:
    from sodai.serving.access import KeyBook

keys = typer.Typer(no_args_is_help=True, help="Keys of the HTTP API: made once, shown once, kept as hashes.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.add_typer(keys, name="keys")


def serve(
    home: common.HomeFolder = Path("sodai-home"),
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on.  [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Port; 0 takes a free one.  [default: 8000]")
    ] = None,
    settings: common.SettingsFile = None,
) -> None:
    """Serve the HTTP API on the published week and the champion; new ones go live without a restart."""
    from sodai.orchestration import Home
    from sodai.serving.server import serve as run
    from sodai.settings import UsageError

    common.configure("info")
    if not home.is_dir():
        raise UsageError(
            f"there is no home at {home}", hint="Name one with --home, or make one with sodai run."
        )
    chosen = common.settings_from(settings)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    serving = chosen.serving.model_validate({**chosen.serving.model_dump(), **given})
    common.say(f"sodai: http://{serving.host}:{serving.port}/v1 (stop with Ctrl-C)")
    run(Home.at(home).root, chosen.model_copy(update={"serving": serving}))


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whom the key is for.")],
    home: common.HomeFolder = Path("sodai-home"),
    scopes: Annotated[
        str, typer.Option("--scopes", help="read, score, write, admin, divided by commas.")
    ] = "read",
    as_json: common.AsJson = False,
) -> None:
    """Make a key; it is shown now and never again."""
    from sodai.serving.access import Scope
    from sodai.settings import UsageError

    given = [one.strip() for one in scopes.split(",") if one.strip()]
    wrong = next((one for one in given if one not in list(Scope)), None)
    if wrong is not None:
        raise UsageError("there is no such scope", got=wrong, allowed=", ".join(Scope))
    key, record = _book(home).create(name, [Scope(one) for one in given])
    if as_json:
        common.answer({"key": key, "id": record.id, "name": record.name, "scopes": list(record.scopes)})
        return
    typer.echo(key)
    common.say(
        f"Key {record.id} for {record.name} ({', '.join(record.scopes)}). Keep it: it is not shown again."
    )


@keys.command("list")
def list_keys(home: common.HomeFolder = Path("sodai-home"), as_json: common.AsJson = False) -> None:
    """List the keys, without what only their holders know."""
    records = _book(home).records()
    if as_json:
        shown = ("id", "name", "scopes", "created", "revoked")
        common.answer([{name: getattr(one, name) for name in shown} for one in records])
        return
    for one in records or []:
        state = f"revoked {one.revoked}" if one.revoked else "in use"
        typer.echo(f"{one.id}  {one.created}  {state:<34} {','.join(one.scopes):<24} {one.name}")
    if not records:
        typer.echo("no keys yet")


@keys.command("revoke")
def revoke(
    reference: Annotated[str, typer.Argument(help="Id or name of a key.")],
    home: common.HomeFolder = Path("sodai-home"),
    as_json: common.AsJson = False,
) -> None:
    """Take a key back; a running API notices within a second."""
    record = _book(home).revoke(reference)
    if as_json:
        common.answer({"id": record.id, "name": record.name, "revoked": record.revoked})
    else:
        typer.echo(f"revoked: {record.id} ({record.name})")


def _book(home: Path) -> "KeyBook":
    from sodai.orchestration import Home
    from sodai.serving.access import KeyBook
    from sodai.settings import UsageError

    common.configure()
    if not home.is_dir():
        raise UsageError(
            f"there is no home at {home}", hint="Name one with --home, or make one with sodai run."
        )
    return KeyBook(Home.at(home).root)
