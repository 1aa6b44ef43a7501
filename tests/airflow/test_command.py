"""SodAI's command: what it is asked, what its exit code means, and that it never outlives its task."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException
from conftest import PYTHON

from sodai_airflow import Company
from sodai_airflow.command import failure, first_arguments, read_answer
from sodai_airflow.process import Command
from sodai_airflow.weeks import Week, wait_for_earlier_week, week_of

COMPANY = Company(data="/srv/data", home="/srv/home", settings="/srv/sodai.toml")
PARENT = """
import sys
from sodai_airflow.process import Command
code = "import os, pathlib, time; pathlib.Path(%r).write_text(str(os.getpid())); time.sleep(60)"
Command([sys.executable, "-c", code], {}, print).run()
"""


def silent(level: str, event: str, fields: Mapping[str, Any]) -> None:
    """Say nothing."""


def test_a_run_is_asked_for_with_what_a_person_chose() -> None:
    assert first_arguments(COMPANY, Week(date(2024, 12, 30), retrain=True, trials=5))[2:] == [
        *("--json", "--data", "/srv/data", "--home", "/srv/home", "--settings", "/srv/sodai.toml"),
        *("--origin", "2024-12-30", "--trials", "5", "--retrain"),
    ]


@pytest.mark.parametrize(
    ("kind", "logical", "asked", "origin"),
    [
        ("scheduled", datetime(2024, 12, 30, 9, tzinfo=UTC), None, date(2024, 12, 30)),
        ("backfill", datetime(2024, 12, 30, 2, tzinfo=UTC), None, date(2024, 12, 29)),  # Sunday in Santiago
        ("backfill", datetime(2024, 12, 30, 9, tzinfo=UTC), "2024-11-04", date(2024, 11, 4)),
        ("manual", datetime(2024, 12, 30, 9, tzinfo=UTC), None, None),
        ("asset_triggered", None, None, None),
        ("manual", None, "2024-11-04", date(2024, 11, 4)),
    ],
)
def test_the_origin_of_a_run(kind: str, logical: datetime | None, asked: str | None, origin: date) -> None:
    context: Any = {
        "params": {"origin": asked, "retrain": False, "trials": None},
        "dag_run": SimpleNamespace(run_type=kind, logical_date=logical),
    }
    assert week_of(context, COMPANY).origin == origin


@pytest.mark.parametrize(
    ("state", "waits"), [("running", True), ("success", False), ("queued", False), (None, False)]
)
def test_a_week_waits_for_the_one_before_it(state: str | None, waits: bool) -> None:
    before = SimpleNamespace(state=state) if state else None
    context: Any = {"ti": SimpleNamespace(get_previous_dagrun=lambda: before)}
    if waits:
        with pytest.raises(AirflowRescheduleException):
            wait_for_earlier_week(context)
    else:
        wait_for_earlier_week(context)


@pytest.mark.parametrize(
    ("code", "final"), [(1, False), (2, True), (3, True), (-9, False), (130, False), (None, False)]
)
def test_what_cannot_pass_is_not_tried_again(code: int | None, final: bool) -> None:
    error = failure(code, "sodai: why")
    assert isinstance(error, AirflowFailException) == final
    assert "sodai: why" in str(error)


def test_a_signal_is_named() -> None:
    assert str(failure(-9)) == "killed by signal 9."


def test_the_answer_is_the_last_line_that_is_one() -> None:
    lines = ["{}", '{"run": "/r", "summary": {"path": "block"}}', "a warning at the end"]
    assert read_answer(lines).run == "/r"
    with pytest.raises(AirflowException, match="without an answer"):
        read_answer(["{}", "nothing"])


def test_output_and_log_are_kept_apart() -> None:
    heard: list[tuple[str, str, Mapping[str, Any]]] = []
    code = (
        "import sys; print('answer')\n"
        """sys.stderr.write('{"event": "task_started", "level": "warning", "run_id": "r"}\\nplain\\n')\n"""
        "sys.exit(2)"
    )
    command = Command([sys.executable, "-c", code], {}, lambda *said: heard.append(said))
    assert command.run() == (2, ["answer"])
    assert heard == [("warning", "task_started", {"run_id": "r"}), ("info", "plain", {})]
    assert command.last_words == "plain"


def test_sodai_runs_in_its_own_environment() -> None:
    code, lines = Command([str(PYTHON.with_name("sodai")), "version"], {}, silent).run()
    assert code == 0
    assert lines


def test_what_is_airflows_stays_with_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://ana:secret@db/airflow")
    monkeypatch.setenv("SODAI_SOURCE__URL", "postgres://shop")
    show = "import os; print(os.environ.get('AIRFLOW__DATABASE__SQL_ALCHEMY_CONN'))"
    show += "; print(os.environ['SODAI_SOURCE__URL'], os.environ['ADDED'])"
    _, lines = Command([sys.executable, "-c", show], {"ADDED": "yes"}, silent).run()
    assert lines == ["None", "postgres://shop yes"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell a child that its parent died")
def test_a_killed_task_takes_its_command_along(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", PARENT % str(file)]) as parent:
        while not (file.exists() and file.read_text()):
            time.sleep(0.02)
        parent.send_signal(signal.SIGKILL)
    child = int(file.read_text())
    while Path(f"/proc/{child}/stat").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text():
        time.sleep(0.02)


def test_a_task_that_is_stopped_stops_its_command(tmp_path: Path) -> None:
    """A timeout leaves by an exception in the middle of reading the log."""

    def late(level: str, event: str, fields: Mapping[str, Any]) -> None:
        raise TimeoutError

    code = "import os, sys, time; sys.stderr.write(f'{os.getpid()}\\n'); sys.stderr.flush(); time.sleep(60)"
    command = Command([sys.executable, "-c", code], {}, late)
    with pytest.raises(TimeoutError):
        command.run()
    with pytest.raises(ProcessLookupError):
        os.kill(command._process.pid, 0)
