"""The same face on a real MLflow server: what a run leaves there, and what another home finds."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from tracking_help import ORIGIN, settings_with

from sodai.settings import ServiceError, Settings, UsageError
from sodai.tracking import BASELINE, CHALLENGER, CHAMPION, PREVIOUS, Registry, Sample, Tracker, TrialRecord
from sodai.tracking.packaging import folder_digest
from sodai.tracking.store import Store

pytestmark = pytest.mark.slow
START_SECONDS = 90


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, tables: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    shutil.copyfile(tables, folder / "mlflow.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    stores = [
        "--backend-store-uri",
        f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination",
        str(folder / "files"),
    ]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [*command, *stores], env={**os.environ, **quiet}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process, folder / "log.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 15)
            process.wait(20)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 (our own server)
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")


@pytest.fixture
def settings(server: str, request: pytest.FixtureRequest) -> Settings:
    """Another experiment and model for each test, on one server."""
    return settings_with(uri=server, experiment=request.node.name, model_name=request.node.name, attempts=2)


def test_a_weekly_run_on_a_server_from_first_model_to_rollback(
    tmp_path: Path, settings: Settings, model_folder: Callable[[str], Path], sample: Sample
) -> None:
    home = tmp_path / "home"
    registry, tracker = Registry(home, settings), Tracker(home, settings)
    assert registry.version_of(CHAMPION) is None

    run = tracker.weekly_run("run-1", ORIGIN)
    run.log_metrics({"ndcg@10": 0.84})
    run.log_params({"seed": 0})
    run.log_text("report.html", "<p>hello")
    run.log_dataset("company", "ab" * 32, context="training")
    run.log_trials([TrialRecord(n, {"depth": n}, 0.6, "COMPLETE", "boosting", 1.0) for n in range(3)])
    for alias, content in ((BASELINE, "baseline"), (CHALLENGER, "first"), (CHALLENGER, "second")):
        registry.register(model_folder(content), sample, run=run, alias=alias)
    registry.promote(2, why="first", run_id="run-1")
    registry.promote(3, why="better", run_id="run-2")
    assert registry.aliases() == {BASELINE: 1, CHAMPION: 3, PREVIOUS: 2}
    registry.rollback("worse after all")
    run.finish()

    champion = registry.version_of(CHAMPION)
    assert (champion.version, champion.run_id, champion.origin) == (2, "run-1", ORIGIN)
    assert [v.version for v in registry.versions()] == [3, 2, 1]
    assert tracker.weekly_run("run-1", ORIGIN).mlflow_run_id == run.mlflow_run_id
    client = Store.of(home, settings).client
    logged = client.get_run(run.mlflow_run_id)
    assert logged.data.metrics["ndcg_at_10"] == 0.84
    assert [a.path for a in client.list_artifacts(run.mlflow_run_id)] == ["report.html"]
    assert len(client.search_runs([run.store.experiment_id])) == 4


def test_another_home_fetches_the_champion_once_and_then_needs_no_mlflow(
    tmp_path: Path, settings: Settings, model_folder: Callable[[str], Path], sample: Sample
) -> None:
    here, there = Registry(tmp_path / "here", settings), Registry(tmp_path / "there", settings)
    run = Tracker(tmp_path / "here", settings).weekly_run("run-1", ORIGIN)
    made = here.register(model_folder("first"), sample, run=run, alias=CHALLENGER)
    here.promote(made.version, why="first", run_id="run-1")

    folder = there.download(there.version_of(CHAMPION))

    assert folder_digest(folder) == made.digest
    assert folder.is_relative_to(tmp_path / "there" / "models")
    script = (
        "import sys; from pathlib import Path; from sodai.settings import load_settings\n"
        "from sodai.tracking import CHAMPION, Registry\n"
        "registry = Registry(Path(sys.argv[1]), load_settings())\n"
        "print(registry.download(registry.version_of(CHAMPION)))\n"
        "assert 'mlflow' not in sys.modules"
    )
    given = settings.tracking
    env = {**os.environ, "SODAI_TRACKING__URI": given.uri, "SODAI_TRACKING__MODEL_NAME": given.model_name}
    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "there")],
        capture_output=True,
        text=True,
        check=True,
        env=env,
    )
    assert answer.stdout.strip() == str(folder)


def test_files_that_are_not_what_was_registered_are_refused(
    tmp_path: Path, settings: Settings, model_folder: Callable[[str], Path], sample: Sample
) -> None:
    here, there = Registry(tmp_path / "here", settings), Registry(tmp_path / "there", settings)
    run = Tracker(tmp_path / "here", settings).weekly_run("run-1", ORIGIN)
    made = here.register(model_folder("first"), sample, run=run, alias=CHALLENGER)
    client = Store.of(tmp_path / "here", settings).client
    client.log_model_artifact(made.model_id, str(model_folder("other") / "model.json"), "data/model")

    with pytest.raises(ServiceError, match="not the ones that were registered"):
        there.download(made.version)
    assert list((tmp_path / "there" / "models").iterdir()) == []


def test_what_the_server_does_not_have_is_told(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UsageError, match="has no version 4"):
        Registry(tmp_path, settings).promote(4, why="typo")
