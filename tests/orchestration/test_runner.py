"""The embedded runner, on a small flow of its own: order, branch, resuming, and what stops a run."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sodai.data.files import read_json, write_json
from sodai.orchestration.context import (
    Done,
    RunContext,
    RunInfo,
    run_id_of,
    snapshot_of,
    without_password,
    write_run,
)
from sodai.orchestration.home import Home
from sodai.orchestration.runner import Silent, execute, run_tasks
from sodai.orchestration.specs import BLOCK, KEEP, RETRAIN, TaskSpec
from sodai.settings import HomeError, InputError, Settings, UsageError, load_settings


@dataclass(frozen=True)
class Local(TaskSpec):
    """A spec whose function is at hand."""

    do: Callable[[RunContext], dict[str, Any]] = field(default=lambda _run: {}, compare=False)

    def load(self) -> Callable[..., dict[str, Any]]:
        return self.do


class Recorder(Silent):
    """Keeps what the runner told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def finished(self, spec: TaskSpec, done: object) -> None:
        self.told.append(f"did {spec.name}")

    def kept(self, spec: TaskSpec, done: object) -> None:
        self.told.append(f"kept {spec.name}")

    def skipped(self, spec: TaskSpec) -> None:
        self.told.append(f"skipped {spec.name}")


def a_run(folder: Path, settings: Settings | None = None) -> RunContext:
    settings = settings if settings is not None else Settings()
    info = RunInfo(
        run_id=run_id_of(date(2024, 5, 6), "f" * 64, settings, retrain=False),
        origin=date(2024, 5, 6),
        horizon_days=7,
        seed=0,
        trials=50,
        retrain=False,
        data="somewhere",
        fingerprint="f" * 64,
        today=date(2024, 5, 6),
        last_day=date(2024, 5, 5),
        code_version="0",
        settings=snapshot_of(settings),
    )
    write_run(Home.at(folder), info)
    return RunContext.load(Home.at(folder).run_folder(info.run_id))


def a_flow(path: str = "retrain_model", number: int = 1) -> list[Local]:
    """Six tasks with the paths of the real flow; the last reads what the first wrote."""

    def first(run: RunContext) -> dict[str, Any]:
        write_json(run.path("first", "number.json"), number)
        return {"number": number}

    def last(run: RunContext) -> dict[str, Any]:
        write_json(run.path("last", "twice.json"), 2 * read_json(run.path("first", "number.json")))
        return {}

    return [
        Local("first", "", (), "", "", do=first),
        Local("choose_path", "", ("first",), "", "", do=lambda _run: {"path": path}),
        Local("retrain_model", "", ("choose_path",), "", "", paths=(RETRAIN,)),
        Local("load_champion", "", ("choose_path",), "", "", paths=(KEEP,)),
        Local("list", "", ("retrain_model", "load_champion"), "", "", paths=(RETRAIN, KEEP)),
        Local("last", "", ("choose_path", "list"), "", "", do=last),
    ]


def replace_times(done: Done | None) -> Done | None:
    return done and replace(done, seconds=0.0, cpu_seconds=0.0)


def told(run: RunContext, tasks: list[Local], **options: Any) -> list[str]:
    recorder = Recorder()
    run_tasks(run, recorder, tasks=tasks, **options)
    return recorder.told


@pytest.mark.parametrize("path", ["retrain_model", "load_champion"])
def test_the_branch_not_taken_is_recorded_as_skipped(tmp_path: Path, path: str) -> None:
    run = a_run(tmp_path)
    other = {"retrain_model": "load_champion", "load_champion": "retrain_model"}[path]
    assert sorted(told(run, a_flow(path))) == sorted(
        ["did first", "did choose_path", f"did {path}", f"skipped {other}", "did list", "did last"]
    )
    done = run.done(other)
    assert done is not None
    assert done.status == "skipped"
    assert run.model_task == path


def test_a_block_leaves_out_what_would_make_a_list(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    left_out = ["retrain_model", "load_champion", "list"]
    skipped = [f"skipped {name}" for name in left_out]
    assert told(run, a_flow(BLOCK)) == ["did first", "did choose_path", *skipped, "did last"]
    assert [done.status for name in left_out if (done := run.done(name))] == ["skipped"] * 3
    with pytest.raises(UsageError, match="has no model; got block"):
        _ = run.model_task
    assert told(run, a_flow(BLOCK)) == ["kept first", "kept choose_path", *skipped, "kept last"]


@pytest.mark.parametrize("path", [RETRAIN, KEEP, BLOCK])
def test_tasks_called_one_by_one_leave_the_same_folder(tmp_path: Path, path: str) -> None:
    """An orchestrator never calls the tasks that it skips."""
    whole, single = a_run(tmp_path / "whole"), a_run(tmp_path / "single")
    flow = a_flow(path)
    run_tasks(whole, tasks=flow)
    for spec in flow:
        if path in spec.paths:
            execute(spec, single, flow)
    for spec in flow:
        assert replace_times(single.done(spec.name)) == replace_times(whole.done(spec.name))


def test_another_path_does_what_was_left_out(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    told(run, a_flow(BLOCK))
    run.path("choose_path", "done.json").unlink()
    again = told(run, a_flow(RETRAIN))
    assert again[-5:] == [
        "did choose_path",
        "did retrain_model",
        "skipped load_champion",
        "did list",
        "did last",
    ]


def test_a_finished_run_changes_nothing(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    told(run, a_flow())
    before = {file: file.stat().st_mtime_ns for file in run.folder.rglob("*")}
    assert all(line.startswith(("kept", "skipped")) for line in told(run, a_flow()))
    assert {file: file.stat().st_mtime_ns for file in run.folder.rglob("*")} == before


@pytest.mark.parametrize("stop", ["first", "choose_path", "retrain_model", "list", "last"])
def test_a_stopped_run_goes_on_from_there(tmp_path: Path, stop: str) -> None:
    run = a_run(tmp_path)
    did = [line for line in told(run, a_flow(), stop_after=stop) if line.startswith("did")]
    assert did[-1] == f"did {stop}"
    then = told(run, a_flow())
    assert [line for line in then if line.startswith("did")] == [
        f"did {name}"
        for name in ("first", "choose_path", "retrain_model", "list", "last")
        if f"did {name}" not in did
    ]
    assert read_json(run.path("last", "twice.json")) == 2


def test_another_result_upstream_is_carried_through(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    told(run, a_flow(number=1))
    run.path("first", "done.json").unlink()
    assert "did last" in told(run, a_flow(number=5))
    assert read_json(run.path("last", "twice.json")) == 10


def test_the_same_result_upstream_leaves_the_rest(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    told(run, a_flow())
    run.path("first", "done.json").unlink()
    assert "kept last" in told(run, a_flow())


@pytest.mark.parametrize("harm", [Path.unlink, lambda file: file.write_text("")])
def test_a_lost_or_cut_artifact_is_made_again(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    run = a_run(tmp_path)
    told(run, a_flow())
    harm(run.path("first", "number.json"))
    assert "did first" in told(run, a_flow())
    assert read_json(run.path("first", "number.json")) == 1


def failing(error: Exception) -> Local:
    def do(_run: RunContext) -> dict[str, Any]:
        raise error

    return Local("first", "", (), "", "", do=do)


def test_a_task_that_fails_leaves_no_done(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with pytest.raises(InputError, match="broken"):
        run_tasks(run, tasks=[failing(InputError("broken"))])
    assert run.done("first") is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EFBIG, "File too large"),
        RuntimeError("database or disk is full"),
    ],
)
def test_a_full_disk_is_named_wherever_it_comes_up(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(HomeError, match="refused a write") as caught:
        run_tasks(a_run(tmp_path), tasks=[failing(error)])
    assert caught.value.exit_code == 2


def test_a_single_task_asks_for_what_comes_before_it(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    first, choose, _, keep, _, last = flow = a_flow()
    with pytest.raises(UsageError, match="comes after first"):
        execute(choose, run, flow)
    execute(first, run, flow)
    with pytest.raises(UsageError, match="comes after choose_path, list"):
        execute(last, run, flow)
    execute(choose, run, flow)
    with pytest.raises(UsageError, match="comes after list"):
        execute(last, run, flow)
    with pytest.raises(UsageError, match="it took retrain_model"):
        execute(keep, run, flow)


def test_the_run_id_is_the_origin_and_what_fixes_the_result() -> None:
    origin, settings = date(2024, 5, 6), Settings()

    def id_of(fingerprint: str = "a", retrain: bool = False, **changes: Any) -> str:
        return run_id_of(origin, fingerprint, settings.model_copy(update=changes), retrain=retrain)

    assert id_of() == id_of()
    assert id_of().startswith("2024-05-06-")
    learning = settings.learning.model_copy(update={"trials": 3})
    others = [
        id_of("b"),
        id_of(retrain=True),
        id_of(seed=1),
        id_of(horizon_days=14),
        id_of(learning=learning),
    ]
    assert len({id_of(), *others}) == 6
    patient = settings.orchestration.model_copy(update={"lock_wait_seconds": 1.0})
    assert id_of(orchestration=patient) == id_of()


def test_a_run_keeps_its_settings_but_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://ana:secret@db.example/shop"
    monkeypatch.setenv("SODAI_SOURCE__URL", url)
    settings = load_settings(seed=3)
    run = a_run(tmp_path, settings)
    assert "secret" not in run.path("start_pipeline", "run.json").read_text()
    assert run.settings == settings
    monkeypatch.delenv("SODAI_SOURCE__URL")
    assert RunContext.load(run.folder).settings.source.url == without_password(url)


def test_a_run_is_fixed_by_its_first_start(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    write_run(run.home, replace(run.info, today=date(2030, 1, 1)))
    assert RunContext.load(run.folder).info.today == date(2024, 5, 6)
