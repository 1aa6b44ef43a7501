"""What a weekly run leaves in its MLflow run; a resumed run repeats itself, and it is there once."""

import json
import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import structlog

from sodai.tracking.store import Store
from sodai.tracking.trials import TrialRecord, log_trials

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from plotly.graph_objects import Figure

BATCH = 100  # MLflow's limit of params and of tags in one request
DIGEST_LENGTH = 36  # MLflow's limit of a dataset's digest
Outcome = Literal["FINISHED", "FAILED", "KILLED"]
_UNFIT = re.compile(r"[^\w\-./ :]", re.ASCII)  # what MLflow does not allow in a name


@dataclass(frozen=True)
class WeeklyRun:
    """One weekly run, opened by `Tracker.weekly_run`.

    Parameters
    ----------
    run_id, mlflow_run_id : str
        Our id and MLflow's.
    origin : date
    """

    store: Store
    run_id: str
    origin: date
    mlflow_run_id: str

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log parameters; nested mappings become dotted names. MLflow keeps the first value of each."""
        from mlflow.entities import Param

        known = self.params()
        wanted = {_name(key): str(value) for key, value in _flat(params)}
        changed = sorted(key for key in wanted.keys() & known.keys() if wanted[key] != known[key])
        if changed:
            structlog.get_logger("sodai.tracking").warning(
                "params_changed", run_id=self.run_id, params=changed
            )
        self._send("params", [Param(key, value) for key, value in wanted.items() if key not in known])

    def log_metrics(self, metrics: Mapping[str, Any], step: int = 0) -> None:
        """Log figures; nested mappings become dotted names, and what is not a finite number is left out.

        A figure that already has this value gets no second entry in its history.
        """
        from mlflow.entities import Metric

        known = self._run().data.metrics
        now = time.time_ns() // 1_000_000
        wanted = {_name(key): float(value) for key, value in _flat(metrics) if _is_figure(value)}
        self._send("metrics", [Metric(key, v, now, step) for key, v in wanted.items() if known.get(key) != v])

    def log_tags(self, tags: Mapping[str, str]) -> None:
        """Set tags; a tag that is there gets the new value."""
        from mlflow.entities import RunTag

        self._send("tags", [RunTag(key, str(value)) for key, value in tags.items()])

    def log_text(self, path: str, text: str) -> None:
        """Store ``text`` as the artifact ``path``, e.g. ``plots/calibration.html``."""
        self.store.ask("storing an artifact", lambda client: client.log_text(self.mlflow_run_id, text, path))

    def log_file(self, file: Path, folder: str = "") -> None:
        """Store a file or a whole folder in the artifact folder ``folder``."""
        run, into = self.mlflow_run_id, folder or None

        def send(client: "MlflowClient") -> None:
            if file.is_dir():
                client.log_artifacts(run, str(file), str(PurePosixPath(folder) / file.name))
            else:
                client.log_artifact(run, str(file), into)

        self.store.ask("storing an artifact", send)

    def log_figures(self, path: str, figures: Mapping[str, "Figure"]) -> None:
        """Store Plotly figures as one page that opens without a network, each below its title.

        Parameters
        ----------
        path : str
            The artifact, e.g. ``plots.html``. Plotly's script (5 MB) is in it once.
        figures : mapping
            By title.
        """
        parts = [
            f"<h2>{escape(title)}</h2>{figure.to_html(full_html=False, include_plotlyjs=number == 0)}"
            for number, (title, figure) in enumerate(figures.items())
        ]
        head = f"<!doctype html><meta charset='utf-8'><title>{escape(self.run_id)}</title>"
        self.log_text(path, head + "\n".join(parts))

    def log_dataset(
        self, name: str, digest: str, *, context: str, profile: Mapping[str, Any] | None = None
    ) -> None:
        """Log that the run read a dataset.

        Parameters
        ----------
        name : str
            Says what it is; neither path nor address of the source, which may be nobody's business.
        digest : str
            Fingerprint of its content (hex): whole in the tag ``sodai.dataset.NAME``, 36 in MLflow's field.
        context : str
            What it was for, e.g. ``training``.
        profile : mapping, optional
            Sizes and the like.
        """
        from mlflow.entities import Dataset, DatasetInput, InputTag

        dataset = Dataset(
            name=name,
            digest=digest[:DIGEST_LENGTH],
            source_type="code",
            source=_json({"tags": {"sodai.digest": digest}}),
            profile=_json(profile or {}),
        )
        read = [DatasetInput(dataset, [InputTag("mlflow.data.context", context)])]
        self.store.ask("logging a dataset", lambda client: client.log_inputs(self.mlflow_run_id, read))
        self.log_tags({f"sodai.dataset.{name}": digest})

    def log_trials(self, trials: Iterable[TrialRecord]) -> None:
        """Log the trials of a study as nested runs; those that are there stay as they are."""
        log_trials(self.store, self.mlflow_run_id, trials)

    def params(self) -> dict[str, str]:
        """Return the parameters logged so far."""
        return dict(self._run().data.params)

    def finish(self, outcome: Outcome = "FINISHED") -> None:
        """Close the run; opening it again goes on with it."""
        self.store.ask("closing the run", lambda client: client.set_terminated(self.mlflow_run_id, outcome))

    def _run(self) -> "Run":
        return self.store.ask("reading the run", lambda client: client.get_run(self.mlflow_run_id))

    def _send(self, what: Literal["metrics", "params", "tags"], entries: list[Any]) -> None:
        for first in range(0, len(entries), BATCH):
            batch: dict[str, Any] = {what: entries[first : first + BATCH]}
            self.store.ask(f"logging {what}", partial(_log_batch, run_id=self.mlflow_run_id, batch=batch))


def _log_batch(client: "MlflowClient", run_id: str, batch: Mapping[str, Any]) -> None:
    client.log_batch(run_id, **batch)


def _flat(nested: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of ``nested`` with dotted names.

    >>> list(_flat({"gate": {"metric": "pr_auc"}, "seed": 0}))
    [('gate.metric', 'pr_auc'), ('seed', 0)]
    """
    for key, value in nested.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _name(key: str) -> str:
    """Return ``key`` as MLflow allows it.

    >>> _name("ndcg@10"), _name("größe (cm)")
    ('ndcg_at_10', 'gr__e _cm_')
    """
    return _UNFIT.sub("_", key.replace("@", "_at_"))


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float | np.number) and math.isfinite(value)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
