"""CeleryExecutor with a real Redis-compatible server: the arrival of data, and two triggers."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from airflow_help import Api, live, until

from sodai_airflow.local import LocalAirflow
from sodai_airflow.tasks import all_tasks

pytestmark = pytest.mark.slow

# The day after the last line of the data.
NEWEST = "2024-12-29"


@pytest.fixture(scope="module")
def home(place: Path) -> Path:
    return place / "home-2"


@pytest.fixture(scope="module")
def api(airflow: LocalAirflow) -> Api:
    api = Api(airflow, "sodai_weekly_celery")
    api.unpause()
    return api


@pytest.fixture(scope="module")
def two(api: Api, home: Path) -> dict[str, dict[str, Any]]:
    """Two runs of one week: what the data started on their arrival, and a second trigger in its midst."""
    until(lambda: any(home.glob("runs/*/validate_data/done.json")), "the run that the data start")
    api.trigger()
    (by_data,) = api.ended("asset_triggered", 1)
    made = state(home)
    (by_hand,) = api.ended("manual", 1)
    assert state(home) == made, "the second run changed what the first had made"
    return {"by data": by_data, "by hand": by_hand}


def state(home: Path) -> dict[Path, int]:
    files = [*(home / "runs").rglob("*"), *(home / "predictions").rglob("*")]
    return {file: file.stat().st_mtime_ns for file in files if file.is_file()}


@pytest.mark.parametrize("how", ["by data", "by hand"])
def test_a_run_comes_to_its_end(two: dict[str, dict[str, Any]], api: Api, how: str) -> None:
    states = {name: task["state"] for name, task in api.tasks(two[how]["dag_run_id"]).items()}
    assert states == dict.fromkeys(all_tasks(), "success") | {"load_champion": "skipped"}


def test_two_triggers_for_one_week_are_one_run_after_another(
    two: dict[str, dict[str, Any]], home: Path
) -> None:
    assert two["by data"]["end_date"] <= two["by hand"]["start_date"]
    assert len(list((home / "runs").iterdir())) == 1
    assert live(home) == NEWEST


def test_another_file_starts_another_run(
    two: dict[str, dict[str, Any]], api: Api, place: Path, home: Path
) -> None:
    """The same lines once more in a further file: a delivery of its own, in which nothing is new."""
    lines = place / "data-2" / "transacciones.parquet"
    shutil.copyfile(lines, lines.with_name("transacciones-2.parquet"))
    until(lambda: len(list((home / "runs").iterdir())) == 2, "the run of the new file")
    later = next(run for run in api.runs("asset_triggered") if run["state"] == "running")
    api.end(later["dag_run_id"])
