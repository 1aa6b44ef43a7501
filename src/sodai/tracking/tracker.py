"""Opening the MLflow run of a weekly run: found again by our run id, so a resumed run goes on in it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sodai.settings import Settings
from sodai.tracking.runs import WeeklyRun
from sodai.tracking.store import Store
from sodai.tracking.version import ORIGIN, RUN_ID

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

KIND = "sodai.kind"
WEEKLY = "weekly"


class Tracker:
    """Where weekly runs are logged.

    Parameters
    ----------
    home : Path
        The home; holds the SQLite store unless ``settings.tracking.uri`` names a server.
    settings : Settings

    Raises
    ------
    UsageError
        If ``settings.tracking.uri`` is not the address of a server.
    """

    def __init__(self, home: Path, settings: Settings) -> None:
        self._store = Store.of(home, settings)

    def weekly_run(self, run_id: str, origin: date, tags: Mapping[str, str] | None = None) -> WeeklyRun:
        """Open the MLflow run of the weekly run ``run_id``: the one that is there, or a new one.

        Parameters
        ----------
        run_id : str
            Ours.
        origin : date
        tags : mapping, optional
            Set on the run, also when it was there.

        Raises
        ------
        ServiceError, HomeError
            If the store does not answer, is damaged or full.
        """
        experiment = self._store.experiment_id
        found = self._store.ask("opening the run", lambda client: _opened(client, experiment, run_id, origin))
        run = WeeklyRun(self._store, run_id, origin, str(found.info.run_id))
        run.log_tags(tags or {})
        return run


def _opened(client: "MlflowClient", experiment: str, run_id: str, origin: date) -> "Run":
    query = f"tags.`{RUN_ID}` = '{run_id}' AND tags.`{KIND}` = '{WEEKLY}'"
    for found in client.search_runs(
        [experiment], query, max_results=1, order_by=["attributes.start_time ASC"]
    ):
        if found.info.status != "RUNNING":
            client.update_run(found.info.run_id, status="RUNNING")
        return found
    ours = {RUN_ID: run_id, KIND: WEEKLY, ORIGIN: origin.isoformat(), "mlflow.source.name": "sodai run"}
    return client.create_run(experiment, tags=ours, run_name=run_id)
