"""``sodai promote``, ``rollback`` and ``publish``: which model and which week are in use."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodai.cli import common

if TYPE_CHECKING:
    from sodai.orchestration import Home
    from sodai.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("promote")(promote)
    app.command("rollback")(rollback)
    app.command("publish")(publish)


def promote(
    version: Annotated[
        int | None, typer.Argument(help="Version to promote; the challenger without it.", show_default=False)
    ] = None,
    home: common.HomeFolder = Path("sodai-home"),
    why: Annotated[str, typer.Option("--why", help="Kept in the ledger.")] = "promoted by hand",
    force: Annotated[bool, typer.Option("--force", help="Even if its gate said no.")] = False,
    show: Annotated[
        bool, typer.Option("--list", help="List versions and promotions; change nothing.")
    ] = False,
    settings: common.SettingsFile = None,
    as_json: common.AsJson = False,
) -> None:
    """Make a registered model the champion; the champion becomes the previous one.

    A version whose gate said no is refused with exit code 3, unless --force.
    """
    from sodai.orchestration.models import describe_registry, promote_version

    chosen, place = _opened(home, settings)
    if show:
        found = describe_registry(place, chosen)
        common.answer(found) if as_json else typer.echo(_registry_text(found))
        return
    with common.locked(place, "sodai promote", chosen):
        moved = promote_version(place, chosen, version, why=why, force=force)
    _tell(moved, as_json)


def rollback(
    home: common.HomeFolder = Path("sodai-home"),
    why: Annotated[str, typer.Option("--why", help="Kept in the ledger.")] = "rolled back by hand",
    settings: common.SettingsFile = None,
    as_json: common.AsJson = False,
) -> None:
    """Go back to the champion before; a second rollback undoes the first."""
    from dataclasses import asdict

    from sodai.tracking import Registry

    chosen, place = _opened(home, settings)
    with common.locked(place, "sodai rollback", chosen):
        moved = Registry(place.root, chosen).rollback(why)
    _tell(asdict(moved), as_json)


def publish(
    home: common.HomeFolder = Path("sodai-home"),
    previous: Annotated[
        bool, typer.Option("--previous", help="Go back to the week that was live before.")
    ] = False,
    origin: common.OriginDay = "",
    settings: common.SettingsFile = None,
    as_json: common.AsJson = False,
) -> None:
    """Choose the week that is live: the newest published one, the one before, or that of --origin."""
    from sodai.orchestration.models import switch_week

    chosen, place = _opened(home, settings)
    with common.locked(place, "sodai publish", chosen):
        live = switch_week(place, previous=previous, origin=common.day(origin, "--origin"))
    if as_json:
        common.answer(live)
    else:
        typer.echo(f"live: {live['origin']} ({live['predictions']})")


def _opened(home: Path, settings: Path | None) -> tuple["Settings", "Home"]:
    from sodai.orchestration import Home
    from sodai.settings import UsageError

    common.configure()
    if not home.is_dir():
        raise UsageError(
            f"there is no home at {home}", hint="Name one with --home, or make one with sodai run."
        )
    return common.settings_from(settings), Home.at(home)


def _tell(moved: dict[str, Any], as_json: bool) -> None:
    if as_json:
        common.answer(moved)
    else:
        typer.echo(
            f"champion: version {moved['version']} (before: {moved['previous'] or 'none'}). {moved['why']}"
        )


def _registry_text(found: dict[str, list[dict[str, Any]]]) -> str:
    versions = [
        f"  {v['version']:>3}  {v['origin']}  {v['algorithm']:<12} {v['aliases']}" for v in found["versions"]
    ]
    moves = [
        f"  {m['at']}  {m['action']} {m['version']} (before: {m['previous'] or 'none'}): {m['why']}"
        for m in found["promotions"]
    ]
    return "\n".join(["versions", *(versions or ["  none yet"]), "promotions", *(moves or ["  none yet"])])
