"""A run that is stopped or killed anywhere goes on from there, and ends with the same list."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_help import Answer, sodai

from sodai.orchestration import TASKS, Home, RunContext, run_tasks


def the_list(home: Path) -> bytes:
    (file,) = home.glob("predictions/origin=*/predictions.parquet")
    return file.read_bytes()


def start_only(company: Path, home: Path, settings_file: Path) -> RunContext:
    done = sodai("task", "start_pipeline", "--data", company, "--home", home, "--settings", settings_file)
    assert done.code == 0, done.err
    return RunContext.load(Path(done.out.strip()))


@pytest.mark.slow
def test_stopping_after_every_task(
    company: Path, settings_file: Path, finished: tuple[Path, Answer], tmp_path: Path
) -> None:
    folder = start_only(company, tmp_path / "home", settings_file).folder
    for spec in TASKS:
        run_tasks(RunContext.load(folder), stop_after=spec.name)
    assert the_list(tmp_path / "home") == the_list(finished[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        "extract_data/lines.parquet",
        "create_features/panel.parquet",
        "retrain_model/study.db",
        "evaluate_model/rows.parquet",
        "promote_model/decision.json",
        "generate_predictions/predictions.parquet",
    ],
)
def test_sigkill_at_any_moment(
    moment: str, company: Path, settings_file: Path, finished: tuple[Path, Answer], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    command = ["run", "--data", str(company), "--home", str(home), "--settings", str(settings_file)]
    with subprocess.Popen(
        [sys.executable, "-c", "from sodai.cli import main; main()", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None and not list(home.glob(f"runs/*/{moment}")):
            time.sleep(0.01)
        process.kill()
    assert process.returncode != 0, "the run ended before it could be killed"
    done = sodai(*command)
    assert done.code == 0, done.err
    assert "kept" in done.err
    assert the_list(home) == the_list(finished[0])
    assert not list(home.rglob("*.tmp-*predictions*"))


def test_the_same_seed_gives_the_same_list_in_another_home(
    company: Path, settings_file: Path, finished: tuple[Path, Answer], tmp_path: Path
) -> None:
    again = sodai("run", "--data", company, "--home", tmp_path / "home", "--settings", settings_file)
    assert again.code == 0, again.err
    assert the_list(tmp_path / "home") == the_list(finished[0])


def test_running_again_changes_nothing(company: Path, settings_file: Path, own_home: Path) -> None:
    def state() -> dict[Path, int]:
        runs = [*own_home.glob("runs/**/*"), *own_home.glob("predictions/**/*")]
        return {file: file.stat().st_mtime_ns for file in runs if file.is_file()}

    before = state()
    done = sodai("run", "--data", company, "--home", own_home, "--settings", settings_file)
    assert done.code == 0, done.err
    assert done.err.count("kept") == 12
    assert state() == before


def test_a_lost_artifact_is_made_again(
    company: Path, settings_file: Path, finished: tuple[Path, Answer], own_home: Path
) -> None:
    (folder,) = own_home.glob("runs/*")
    shutil.rmtree(folder / "generate_predictions")
    done = sodai("run", "--data", company, "--home", own_home, "--settings", settings_file)
    assert done.code == 0, done.err
    assert the_list(own_home) == the_list(finished[0])


def test_two_runs_at_once_in_one_home(company: Path, settings_file: Path, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    quick = tmp_path / "quick.toml"
    quick.write_text(settings_file.read_text() + "[orchestration]\nlock_wait_seconds = 0.3\n")
    with home.lock("sodai run", 0):
        done = sodai("run", "--data", company, "--home", home.root, "--settings", quick)
    assert done.code == 2
    assert "is held by sodai run (process" in done.err
    assert "waiting up to 0.3 s" in done.err
    assert not home.runs.exists()
