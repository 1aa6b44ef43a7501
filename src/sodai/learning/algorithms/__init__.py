"""The algorithms, one a file, found by their name."""

from importlib import import_module
from typing import Any, Final

from sodai.learning.algorithm import Algorithm
from sodai.settings import UsageError

_CLASSES: Final = {
    "frequency": "Frequency",
    "logistic": "Logistic",
    "forest": "Forest",
    "boosting": "Boosting",
}
NAMES: Final = tuple(_CLASSES)


def algorithm(name: str) -> type[Algorithm[Any]]:
    """Class of the algorithm ``name``. Its library is imported now and not before.

    Raises
    ------
    UsageError
        If there is no such algorithm.
    """
    if name not in _CLASSES:
        raise UsageError("there is no such algorithm", got=name, allowed=", ".join(NAMES))
    found: type[Algorithm[Any]] = getattr(import_module(f"{__name__}.{name}"), _CLASSES[name])
    return found
