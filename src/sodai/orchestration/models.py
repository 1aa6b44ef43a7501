"""Moves that a person makes by hand: the champion, and the week that is live."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sodai.data import read_json
from sodai.orchestration.champion import ALGORITHM_TAG
from sodai.orchestration.home import Home
from sodai.publishing import go_live, publish_previous, published_origins
from sodai.settings import GateRefusedError, Settings, UsageError
from sodai.tracking import CHALLENGER, ModelVersion, Registry


def promote_version(
    home: Home, settings: Settings, number: int | None, *, why: str, force: bool
) -> dict[str, Any]:
    """Make a version the champion; the challenger when no number is given.

    Raises
    ------
    GateRefusedError
        If its gate said no and ``force`` does not overrule it.
    UsageError
        If there is no such version, or it is the champion already.
    """
    registry = Registry(home.root, settings)
    if number is None:
        challenger = registry.version_of(CHALLENGER)
        if challenger is None:
            raise UsageError(
                "there is no challenger to promote", hint="Name a version: sodai promote --list shows them."
            )
        version = challenger
    else:
        version = registry.version(number)
    if not force:
        _respect_gate(home, version)
    return asdict(registry.promote(version.version, why=why))


def describe_registry(home: Home, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """List versions, newest first, and promotions, oldest first."""
    registry = Registry(home.root, settings)
    aliases = registry.aliases()
    versions = [
        {
            "version": found.version,
            "origin": found.origin.isoformat() if found.origin else "",
            "algorithm": found.tags.get(ALGORITHM_TAG, ""),
            "aliases": ", ".join(alias for alias, number in aliases.items() if number == found.version),
            "run_id": found.run_id,
        }
        for found in registry.versions()
    ]
    return {"versions": versions, "promotions": [asdict(entry) for entry in registry.history()]}


def _respect_gate(home: Home, version: ModelVersion) -> None:
    file = home.run_folder(version.run_id) / "promote_model" / "decision.json"
    if not (version.run_id and file.is_file()):
        return
    decision = read_json(file)
    if decision.get("version") == version.version and not decision["promote"]:
        why = decision["reasons_en"][0]
        raise GateRefusedError(
            f"the gate of run {version.run_id} said no to version {version.version}: {why}",
            hint="Promote it anyway with --force.",
        )


def switch_week(home: Home, *, previous: bool, origin: date | None) -> dict[str, Any]:
    """Choose the week that is live: the one before, that of an origin, or the newest that was published.

    Raises
    ------
    UsageError
        If there is no such week, or both ways of naming one are used.
    """
    if previous and origin is not None:
        raise UsageError("--previous and --origin both name a week", hint="Use one of them.")
    if previous:
        live = publish_previous(home.root)
    else:
        known = published_origins(home.root)
        if not known and origin is None:
            raise UsageError(
                f"no week was published in {home.root}", hint="Publish one with sodai run or sodai predict."
            )
        live = go_live(home.root, origin if origin is not None else known[-1])
    return {
        "origin": live.week.origin.isoformat(),
        "predictions": str(live.week.file(home.root)),
        "previous": live.previous.isoformat() if live.previous else None,
    }
