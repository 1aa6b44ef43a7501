"""One run at a time in a home, and a home that cannot be written says so."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sodai.orchestration.home import Home
from sodai.settings import HomeError, UsageError

HOLD = """
import sys, time
from pathlib import Path
from sodai.orchestration.home import Home
with Home.at(Path(sys.argv[1])).lock("sodai run", 0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the home."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_second_is_refused_and_told_who_holds_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(HomeError, match=rf"held by sodai run \(process {holder.pid} on"),
        Home.at(tmp_path).lock("b", 0.1),
    ):
        pass


def test_second_waits_until_the_first_has_finished(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    told: list[str] = []

    def tell(who: str) -> None:
        told.append(who)
        holder.terminate()

    started = time.monotonic()
    with Home.at(tmp_path).lock("b", 30, tell):
        assert time.monotonic() - started < 25
    assert len(told) == 1
    assert "sodai run" in told[0]


def test_a_killed_holder_blocks_nobody(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with Home.at(tmp_path).lock("b", 1):
        assert "b (process" in Home.at(tmp_path).holder()
    assert Home.at(tmp_path).holder() == "another process"


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(HomeError, match="cannot be written"):
        Home.at(tmp_path / "file" / "home").ensure()


def test_a_home_is_made_when_it_is_first_needed(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a" / "b")
    assert not home.root.exists()
    home.ensure()
    assert list(home.root.iterdir()) == []


def test_runs_are_found_by_id_by_folder_and_the_latest(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    for at, name in enumerate(("2024-01-08-b", "2024-01-01-a")):
        file = home.run_folder(name) / "start_pipeline" / "run.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({}))
        os.utime(file, (at, at))
    assert home.find_run("2024-01-08-b") == home.find_run(str(home.runs / "2024-01-08-b"))
    assert home.find_run("latest").name == "2024-01-01-a"
    with pytest.raises(UsageError, match="there is no run 'other'"):
        home.find_run("other")
