"""Registering a model: logged to its weekly run, made a version, pointed to by an alias."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sodai.tracking.packaging import Sample, folder_digest, package
from sodai.tracking.runs import WeeklyRun
from sodai.tracking.store import Store
from sodai.tracking.version import DIGEST, MODEL_ID, ORIGIN, ROLE, RUN_ID

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel

MODEL_TYPE = "purchase-probability"


def register_model(
    store: Store, folder: Path, sample: Sample, *, run: WeeklyRun, alias: str, tags: Mapping[str, str]
) -> int:
    """Register ``folder`` and return the number of its version; see `Registry.register`."""
    digest = folder_digest(folder)
    number = _already(store, run.run_id, alias, digest)
    if number is None:
        ours = {RUN_ID: run.run_id, ROLE: alias, ORIGIN: run.origin.isoformat(), DIGEST: digest}
        number = _register(store, folder, sample, run, {**tags, **ours})
    store.point(alias, number)
    return number


def _already(store: Store, run_id: str, alias: str, digest: str) -> int | None:
    wanted = (run_id, alias, digest)
    same = (v for v in store.lookup.versions() if (v.run_id, v.tags.get(ROLE), v.tags.get(DIGEST)) == wanted)
    return next((found.version for found in same), None)


def _register(store: Store, folder: Path, sample: Sample, run: WeeklyRun, tags: dict[str, str]) -> int:
    name = store.settings.model_name
    logged = store.ask("making room for the model", lambda client: _logged(client, store, run, tags))
    with TemporaryDirectory() as scratch:
        packaged = Path(scratch) / "packaged"
        package(folder, sample, logged, packaged)
        store.ask(
            "storing the model", lambda client: client.log_model_artifacts(logged.model_id, str(packaged))
        )
    store.ask("registering the model", lambda client: _finished(client, logged, run, name))
    version = store.ask(
        "registering the model",
        lambda client: client.create_model_version(
            name,
            logged.artifact_location,
            run_id=run.mlflow_run_id,
            tags={**tags, MODEL_ID: logged.model_id},
            model_id=logged.model_id,
        ),
    )
    return int(version.version)


def _logged(client: "MlflowClient", store: Store, run: WeeklyRun, tags: dict[str, str]) -> "LoggedModel":
    return client.create_logged_model(
        store.experiment_id,
        store.settings.model_name,
        run.mlflow_run_id,
        tags=tags,
        params=run.params(),
        model_type=MODEL_TYPE,
    )


def _finished(client: "MlflowClient", logged: "LoggedModel", run: WeeklyRun, name: str) -> None:
    from mlflow.entities import LoggedModelOutput
    from mlflow.exceptions import MlflowException

    client.finalize_logged_model(logged.model_id, "READY")
    client.log_outputs(run.mlflow_run_id, [LoggedModelOutput(logged.model_id, 0)])
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
