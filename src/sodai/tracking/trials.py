"""The trials of a study as nested runs of the weekly run: a batch that can be sent again after a kill."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sodai.tracking.store import Store

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT = "mlflow.parentRunId"
TRIAL = "sodai.trial"
FAMILY = "sodai.family"
STATE = "sodai.state"
OBJECTIVE = "objective"
SECONDS = "seconds"
_STATUS = {"COMPLETE": "FINISHED", "PRUNED": "KILLED", "FAIL": "FAILED"}


@dataclass(frozen=True)
class TrialRecord:
    """One trial.

    Parameters
    ----------
    number : int
        Its number in the study.
    params : mapping
        What was tried.
    value : float or None
        The objective; of a pruned trial the last that was seen.
    state : str
        Optuna's name of it: ``COMPLETE``, ``PRUNED`` or ``FAIL``.
    family : str
        The algorithm.
    seconds : float
        How long it took.
    started : datetime, optional
        When it began, with its time zone.
    """

    number: int
    params: Mapping[str, Any]
    value: float | None
    state: str
    family: str
    seconds: float
    started: datetime | None = None


def log_trials(store: Store, parent: str, trials: Iterable[TrialRecord]) -> None:
    """Log ``trials`` below the MLflow run ``parent``; one that is there and finished stays as it is."""
    existing = store.ask("looking for trials", lambda client: _existing(client, store.experiment_id, parent))
    for trial in trials:
        run_id, finished = existing.get(str(trial.number), (None, False))
        if not finished:
            run_id = run_id or _created(store, parent, trial)
            _filled(store, run_id, trial)


def _existing(client: "MlflowClient", experiment: str, parent: str) -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    token = None
    while True:
        page = client.search_runs([experiment], f"tags.`{PARENT}` = '{parent}'", page_token=token)
        for run in page:
            found[run.data.tags.get(TRIAL, "")] = (run.info.run_id, run.info.status != "RUNNING")
        token = page.token
        if not token:
            return found


def _created(store: Store, parent: str, trial: TrialRecord) -> str:
    tags = {PARENT: parent, TRIAL: str(trial.number), FAMILY: trial.family, STATE: trial.state}
    run = store.ask(
        "logging a trial",
        lambda client: client.create_run(
            store.experiment_id, _start(trial), tags, run_name=f"trial-{trial.number:03d}-{trial.family}"
        ),
    )
    return str(run.info.run_id)


def _filled(store: Store, run_id: str, trial: TrialRecord) -> None:
    from mlflow.entities import Metric, Param

    end = _start(trial) + round(trial.seconds * 1000)
    values = {OBJECTIVE: trial.value, SECONDS: trial.seconds}
    metrics = [Metric(key, v, end, 0) for key, v in values.items() if v is not None and math.isfinite(v)]
    params = [Param(str(key), str(value)) for key, value in trial.params.items()]

    def send(client: "MlflowClient") -> None:
        client.log_batch(run_id, metrics, params)
        client.set_terminated(run_id, _STATUS.get(trial.state, "FINISHED"), end)

    store.ask("logging a trial", send)


def _start(trial: TrialRecord) -> int:
    """Return its beginning in milliseconds; without one, the trial is taken to end now."""
    if trial.started is not None:
        return round(trial.started.timestamp() * 1000)
    return round((datetime.now(UTC).timestamp() - trial.seconds) * 1000)
