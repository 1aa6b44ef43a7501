"""Weekly runs, their figures and trials, on a real SQLite store: whatever is logged twice is there once."""

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from mlflow import MlflowClient
from tracking_help import ORIGIN, settings_with

from sodai.settings import load_settings
from sodai.tracking import Tracker, TrialRecord, WeeklyRun
from sodai.tracking.store import Store


def client_of(home: Path) -> MlflowClient:
    return Store.of(home, load_settings()).client


def nested(home: Path, run: WeeklyRun) -> list[Any]:
    query = f"tags.`mlflow.parentRunId` = '{run.mlflow_run_id}'"
    return sorted(
        client_of(home).search_runs([run.store.experiment_id], query),
        key=lambda r: int(r.data.tags["sodai.trial"]),
    )


def trials(count: int) -> list[TrialRecord]:
    states = ["COMPLETE", "PRUNED", "FAIL"]
    return [
        TrialRecord(
            number=number,
            params={"depth": number, "rate": 0.1, **{f"p{i}": i for i in range(10)}},
            value=None if number % 3 == 2 else 0.6 + number / 1000,
            state=states[number % 3],
            family="boosting",
            seconds=1.5,
            started=datetime(2024, 12, 9, 6, 0, number % 60, tzinfo=UTC),
        )
        for number in range(count)
    ]


def test_the_same_run_id_is_the_same_mlflow_run(home: Path, run: WeeklyRun) -> None:
    run.finish()
    tracker = Tracker(home, load_settings())

    again = tracker.weekly_run(run.run_id, ORIGIN, {"company": "SodAI", "path": "retrain_model"})
    other = tracker.weekly_run("2024-12-09-bbbbbbbbbbbb", ORIGIN)

    assert again.mlflow_run_id == run.mlflow_run_id != other.mlflow_run_id
    found = client_of(home).get_run(run.mlflow_run_id)
    assert found.info.status == "RUNNING"
    assert found.info.run_name == run.run_id
    assert found.data.tags["sodai.origin"] == "2024-12-09"
    assert found.data.tags["path"] == "retrain_model"
    again.finish("FAILED")
    assert client_of(home).get_run(run.mlflow_run_id).info.status == "FAILED"


def test_figures_are_flat_finite_and_logged_once(home: Path, run: WeeklyRun) -> None:
    figures = {
        "pr_auc": 0.66,
        "customer": {"ndcg@10": np.float32(0.5), "customers": 1473},
        "broken": float("nan"),
        "none": None,
        "name": "boosting",
    }
    run.log_metrics(figures)
    run.log_metrics(figures)
    run.log_metrics({"pr_auc": 0.61})

    client = client_of(home)
    metrics = client.get_run(run.mlflow_run_id).data.metrics
    assert metrics == {"pr_auc": 0.61, "customer.ndcg_at_10": 0.5, "customer.customers": 1473}
    assert [m.value for m in client.get_metric_history(run.mlflow_run_id, "customer.ndcg_at_10")] == [0.5]


def test_more_parameters_than_mlflow_takes_at_once_and_a_changed_one(home: Path, run: WeeklyRun) -> None:
    many = {"learning": {f"p{i}": i for i in range(250)}, "ñ?": "x" * 3}
    run.log_params(many)
    run.log_params({**many, "seed": 0})
    run.log_params({"seed": 1})

    known = run.params()
    assert len(known) == 252
    assert (known["learning.p249"], known["__"], known["seed"]) == ("249", "xxx", "0")


def test_artifacts_are_stored_and_replaced(home: Path, run: WeeklyRun, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.json").write_text("{}")
    (tmp_path / "report.html").write_text("old")
    run.log_text("notes/why.txt", "because")
    run.log_file(tmp_path / "folder")
    run.log_file(tmp_path / "folder", "in")
    for text in ("old", "new"):
        (tmp_path / "report.html").write_text(text)
        run.log_file(tmp_path / "report.html")

    base = home / "mlflow" / "artifacts" / run.mlflow_run_id / "artifacts"
    files = {str(p.relative_to(base)) for p in base.rglob("*") if p.is_file()}
    assert files == {"notes/why.txt", "folder/a.json", "in/folder/a.json", "report.html"}
    assert (base / "report.html").read_text() == "new"


def test_figures_open_without_a_network_and_carry_the_script_once(home: Path, run: WeeklyRun) -> None:
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1]))
    run.log_figures("plots.html", {"Calibration": figure, "Recall & precision": figure})

    page = (home / "mlflow" / "artifacts" / run.mlflow_run_id / "artifacts" / "plots.html").read_text()
    assert page.count("<h2>") == 2
    assert "Recall &amp; precision" in page
    assert '<script src="http' not in page
    assert page.count("plotly.js v") == 1


def test_the_dataset_is_known_by_its_digest(home: Path, run: WeeklyRun) -> None:
    digest = "0123456789abcdef" * 4
    for _ in range(2):
        run.log_dataset("sodai-2024", digest, context="training", profile={"lines": 250_000})

    found = client_of(home).get_run(run.mlflow_run_id)
    (read,) = found.inputs.dataset_inputs
    assert (read.dataset.name, read.dataset.digest) == ("sodai-2024", digest[:36])
    assert {tag.key: tag.value for tag in read.tags} == {"mlflow.data.context": "training"}
    assert found.data.tags["sodai.dataset.sodai-2024"] == digest


def test_trials_are_nested_runs_with_their_state(home: Path, run: WeeklyRun) -> None:
    run.log_trials(trials(3))

    complete, pruned, failed = nested(home, run)
    assert [r.info.status for r in (complete, pruned, failed)] == ["FINISHED", "KILLED", "FAILED"]
    assert complete.data.metrics == {"objective": 0.6, "seconds": 1.5}
    assert failed.data.metrics == {"seconds": 1.5}
    assert (pruned.data.params["depth"], pruned.data.params["rate"]) == ("1", "0.1")
    assert pruned.data.tags["sodai.family"] == "boosting"
    assert pruned.info.end_time - pruned.info.start_time == 1500


def test_fifty_trials_are_logged_quickly_and_only_once(home: Path, run: WeeklyRun) -> None:
    before = time.process_time()
    run.log_trials(trials(50))
    used = time.process_time() - before
    run.log_trials(trials(50))

    assert len(nested(home, run)) == 50
    assert used < 4  # seconds of CPU; about 1 is usual


def test_a_trial_that_a_kill_cut_off_is_completed(
    home: Path, run: WeeklyRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "set_terminated", killed)
        with pytest.raises(KeyboardInterrupt):
            run.log_trials(trials(1))
    run.log_trials(trials(2))

    found = nested(home, run)
    assert [r.info.status for r in found] == ["FINISHED", "KILLED"]
    assert found[0].data.metrics["objective"] == 0.6


def test_an_experiment_that_was_deleted_in_the_web_page_comes_back(home: Path, run: WeeklyRun) -> None:
    client_of(home).delete_experiment(run.store.experiment_id)
    again = Tracker(home, load_settings()).weekly_run("another", ORIGIN)
    assert again.store.experiment_id == run.store.experiment_id


def test_names_of_experiment_and_model_come_from_the_settings(home: Path) -> None:
    run = Tracker(home, settings_with(experiment="otra empresa")).weekly_run("run", ORIGIN)
    assert client_of(home).get_experiment(run.store.experiment_id).name == "otra empresa"


def test_a_kill_while_the_tables_are_made_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow.db  # noqa: PLC0415 (patched where it is looked up)

    def killed(args: list[str], **_: object) -> None:
        sqlite3.connect(args[1].removeprefix("sqlite:///")).execute(
            "CREATE TABLE half (a)"
        ).connection.close()
        raise KeyboardInterrupt

    store = Store.of(tmp_path / "new", load_settings())
    with monkeypatch.context() as patch:
        patch.setattr(mlflow.db, "commands", killed)
        with pytest.raises(KeyboardInterrupt):
            assert store.client
    assert list((tmp_path / "new" / "mlflow").iterdir()) == []
    assert Tracker(tmp_path / "new", load_settings()).weekly_run("run", ORIGIN).mlflow_run_id
