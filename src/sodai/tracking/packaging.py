"""A model's folder as MLflow logs it: a pyfunc that `sodai.learning` loads, with signature and example."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodai.settings import HomeError

if TYPE_CHECKING:
    import pandas as pd

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel

LOADER = "sodai.tracking.served"
# What a model needs to be loaded elsewhere. Named here because inferring it costs MLflow 14 s a model.
REQUIREMENTS = ("sodai", "lightgbm", "numpy", "pandas", "scikit-learn")
EXAMPLE_ROWS = 5


@dataclass(frozen=True)
class Sample:
    """Rows from which the signature is inferred; the first few become the input example.

    Parameters
    ----------
    features : pandas.DataFrame
        Rows as `Model.predict` takes them. Enough of them that a column which can be missing is missing once.
    output : pandas.DataFrame
        What the model answered to them.
    """

    features: "pd.DataFrame"
    output: "pd.DataFrame"


def folder_digest(folder: Path) -> str:
    """Return the sha256 of all files in ``folder``: relative names and bytes, in the order of the names."""
    whole = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as content:
            own = hashlib.file_digest(content, "sha256").hexdigest()
        whole.update(f"{file.relative_to(folder).as_posix()}\0{own}\n".encode())
    return whole.hexdigest()


def package(folder: Path, sample: Sample, logged: "LoggedModel", into: Path) -> None:
    """Write ``folder`` as an MLflow model to ``into``, to be uploaded as the artifacts of ``logged``.

    Parameters
    ----------
    folder : Path
        What `sodai.learning.Model.save` wrote.
    sample : Sample
        For signature and input example.
    logged : mlflow.entities.LoggedModel
        The entry in the tracking store that it belongs to.
    into : Path
        A folder that does not exist yet.
    """
    features = plain_columns(sample.features)
    with _without_hints():
        import mlflow.pyfunc
        from mlflow.models import Model, infer_signature

        mlflow.pyfunc.save_model(
            into,
            loader_module=LOADER,
            data_path=str(folder),
            mlflow_model=Model(
                artifact_path=logged.artifact_location,
                model_uuid=logged.model_id,
                model_id=logged.model_id,
                run_id=logged.source_run_id,
            ),
            signature=infer_signature(features, sample.output),
            input_example=features.head(EXAMPLE_ROWS),
            pip_requirements=[f"{name}=={version(name)}" for name in REQUIREMENTS],
        )


def unpackaged(artifacts: Path) -> Path:
    """Return the model's own folder inside the artifacts that `package` wrote.

    Raises
    ------
    HomeError
        If it is gone.
    """
    found = [path for path in (artifacts / "data").glob("*") if path.is_dir()]
    if len(found) != 1:
        raise HomeError(
            f"the files of a registered model are gone from {artifacts}",
            hint="Restore the home from a backup, or promote another version.",
        )
    return found[0]


def plain_columns(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return ``frame`` with categorical columns as what they hold, which a signature can describe."""
    kinds = {name: _held(frame[name]) for name in frame.select_dtypes("category").columns}
    return frame.astype(kinds)


def _held(column: "pd.Series[Any]") -> Any:
    kind = column.cat.categories.dtype
    return "float64" if kind.kind in "iu" and bool(column.isna().any()) else kind


@contextmanager
def _without_hints() -> Iterator[None]:
    """Silence MLflow's hints about types, meant for its own users, and its use of what pandas will drop."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"mlflow\.")
        yield
