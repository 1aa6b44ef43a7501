"""The algorithms, one a file, found by their name."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from sodai.data import read_json
from sodai.learning.algorithm import DESCRIPTION_FILE, Algorithm
from sodai.learning.schema import Schema
from sodai.settings import UsageError

_CLASSES: Final = {
    "frequency": "Frequency",
    "logistic": "Logistic",
    "forest": "Forest",
    "boosting": "Boosting",
    "blend": "Blend",
}
FAMILIES: Final = ("frequency", "logistic", "forest", "boosting")


def algorithm(name: str) -> type[Algorithm[Any]]:
    """Class of the algorithm ``name``. Its library is imported now and not before.

    Raises
    ------
    UsageError
        If there is no such algorithm.
    """
    if name not in _CLASSES:
        raise UsageError("there is no such algorithm", got=name, allowed=", ".join(_CLASSES))
    found: type[Algorithm[Any]] = getattr(import_module(f"{__name__}.{name}"), _CLASSES[name])
    return found


def build(name: str, config: Mapping[str, Any] | None = None, *, seed: int, threads: int) -> Algorithm[Any]:
    """Algorithm ``name``, not fitted yet, with a config given as plain values."""
    kind = algorithm(name)
    return kind(kind.config_type(**(config or {})), seed=seed, threads=threads)


def restore(folder: Path, schema: Schema, *, threads: int) -> Algorithm[Any]:
    """Fitted algorithm that was saved in ``folder``."""
    description = read_json(folder / DESCRIPTION_FILE)
    shell = build(description["name"], description["config"], seed=description["seed"], threads=threads)
    return shell.restore(folder, schema)
