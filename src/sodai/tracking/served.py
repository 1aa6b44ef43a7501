"""What MLflow calls to load a registered model: named in its ``MLmodel`` file, so neither may be renamed."""

from pathlib import Path
from typing import Any

from sodai.learning import Model


def _load_pyfunc(folder: str) -> Any:
    """Return the model; ``predict`` takes a DataFrame of features, gives probability and expected items."""
    return Model.load(Path(folder))
