"""A real scheduler with LocalExecutor on PostgreSQL: a backfill of three weeks through every kind of trouble.

In the first week the training is killed, in the second the metadata database goes away; the third only runs,
and the week after is blocked. What comes out is what three embedded runs leave, byte by byte.
"""

import json
import os
import signal
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from airflow_help import Api, Told, live, statuses, the_lists, until
from conftest import ORIGINS

from sodai_airflow.local import LocalAirflow
from sodai_airflow.tasks import all_tasks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(place: Path) -> Path:
    return place / "home"


@pytest.fixture(scope="module")
def backfill(airflow: LocalAirflow, home: Path, warm: Path) -> Api:
    """Three weeks, each to its end."""
    api = Api(airflow)
    api.unpause()
    arguments = ["--dag-id", "sodai_weekly", "--from-date", ORIGINS[0], "--to-date", "2024-12-31"]
    airflow.command("backfill", "create", *arguments, "--max-active-runs", "1")
    kill_training(home, warm)
    lose_database(airflow, home)
    api.ended("backfill", 3)
    return api


def kill_training(home: Path, warm: Path) -> None:
    """Kill SodAI in the middle of the first training."""
    until(lambda: any(home.glob("runs/*/retrain_model/study.db")), "the training to begin")
    os.kill(int((warm / "retrain_model.pid").read_text()), signal.SIGKILL)


def lose_database(airflow: LocalAirflow, home: Path) -> None:
    """Stop PostgreSQL at once in the middle of the second week, and let it come back."""
    until(lambda: any(home.glob(f"runs/{ORIGINS[1]}-*/validate_data/done.json")), "the second week to begin")
    airflow.database.stop()
    airflow.database.start()


def test_the_weeks_come_in_order_and_end_well(backfill: Api, home: Path) -> None:
    runs = backfill.runs("backfill")
    assert [run["state"] for run in runs] == ["success"] * 3
    assert [run["logical_date"][:10] for run in runs] == list(ORIGINS)
    for before, after in pairwise(runs):
        assert before["end_date"] <= after["start_date"]
    assert live(home) == ORIGINS[-1]


def test_what_they_leave_is_what_embedded_runs_leave(
    backfill: Api, home: Path, data: Path, quick: Path, warm_command: list[str], tmp_path: Path
) -> None:
    for origin in ORIGINS:
        options = ["--data", data, "--home", tmp_path / "home", "--settings", quick, "--origin", origin]
        subprocess.run([*warm_command, "run", *options], check=True, capture_output=True)
    assert the_lists(home) == the_lists(tmp_path / "home")
    for origin in ORIGINS:
        assert statuses(home, origin) == statuses(tmp_path / "home", origin)


def test_the_first_week_retrains_and_the_next_keep_the_champion(backfill: Api) -> None:
    others = ["load_champion", "retrain_model", "retrain_model"]
    for run, other in zip(backfill.runs("backfill"), others, strict=True):
        states = {name: task["state"] for name, task in backfill.tasks(run["dag_run_id"]).items()}
        assert states == dict.fromkeys(all_tasks(), "success") | {other: "skipped"}


def test_a_killed_task_is_tried_again(backfill: Api) -> None:
    training = backfill.tasks(backfill.runs("backfill")[0]["dag_run_id"])["retrain_model"]
    assert (training["state"], training["try_number"]) == ("success", 2)
    assert training["pool"] == "sodai_training"


def test_nothing_is_half_written(backfill: Api, home: Path) -> None:
    assert len(list(home.glob("runs/*"))) == 3
    assert not [file for file in home.rglob(".*tmp*") if file.is_file()]
    for origin in ORIGINS:
        assert set(statuses(home, origin)) == set(all_tasks())


def test_what_cannot_pass_is_not_tried_again_and_somebody_is_told(backfill: Api) -> None:
    """The calendar's own run is for a week of today, of which the data know nothing."""
    (run,) = backfill.ended("scheduled", 1)
    first = backfill.tasks(run["dag_run_id"])["start_pipeline"]
    assert (run["state"], first["state"], first["try_number"]) == ("failed", "failed", 1)
    until(lambda: bool(Told.heard), "the webhook")
    told = json.loads(Told.heard[-1])
    assert (told["event"], told["task"]) == ("task_failed", "start_pipeline")


def test_the_task_log_has_the_run_in_every_line_of_sodai(backfill: Api) -> None:
    run = backfill.runs("backfill")[0]["dag_run_id"]
    said = backfill.get(f"{backfill.dag}/dagRuns/{run}/taskInstances/create_features/logs/1")["content"]
    lines = [line for line in said if line.get("logger") == "sodai"]
    assert {"command", "task_started", "task_finished"} <= {line["event"] for line in lines}
    assert all(line["run_id"].startswith(ORIGINS[0]) and line["dag_run"] == run for line in lines)


def test_assets_say_which_run_they_come_from(backfill: Api, home: Path) -> None:
    events = backfill.get("/assets/events", limit=100)["asset_events"]
    marked = {event["extra"]["run"] for event in events if event["name"] == "sodai_weekly_live_week"}
    assert marked == {str(folder) for folder in home.glob("runs/*")}


def test_a_block_skips_to_the_end_and_the_last_good_week_stays_live(
    backfill: Api, airflow: LocalAirflow, home: Path
) -> None:
    before, heard, api = the_lists(home), len(Told.heard), Api(airflow, "sodai_weekly_blocked")
    api.unpause()
    run = api.trigger(origin="2025-01-02")
    assert api.ended("manual", 1)[0]["state"] == "success"
    states = {name: task["state"] for name, task in api.tasks(run).items()}
    left_out = {name for name, spec in all_tasks().items() if "block" not in spec.paths}
    assert len(left_out) == 6
    skipped = dict.fromkeys(left_out, "skipped")
    assert states == dict.fromkeys(all_tasks(), "success") | skipped
    assert statuses(home, "2025-01-02") == dict.fromkeys(all_tasks(), "done") | skipped
    assert (the_lists(home), live(home)) == (before, ORIGINS[-1])
    events = api.get("/assets/events", limit=100)["asset_events"]
    assert "sodai_weekly_blocked_live_week" not in {event["name"] for event in events}
    until(lambda: len(Told.heard) > heard, "the webhook")
    told = json.loads(Told.heard[-1])
    assert told["event"] == "week_blocked"
    assert "La entrega está dañada." in told["message"]
