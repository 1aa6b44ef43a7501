"""Moves that a person makes by hand: the champion, and the week that is live."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sodai.data import read_json
from sodai.orchestration.champion import ALGORITHM_TAG
from sodai.orchestration.home import Home
from sodai.settings import GateRefusedError, Settings, UsageError
from sodai.tracking import CHALLENGER, ModelVersion, Registry


def promote_version(home: Home, settings: Settings, number: int | None, *, why: str, force: bool) -> dict[str, Any]:
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
            raise UsageError("there is no challenger to promote", hint="Name a version: sodai promote --list shows them.")
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
        raise GateRefusedError(
            f"the gate of run {version.run_id} said no to version {version.version}: {decision['reasons_en'][0]}",
            hint="Promote it anyway with --force.",
        )
