"""The embedded runner: the 13 tasks in order, in this process; what is done already is not done again."""

import errno
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import structlog

from sodai.orchestration.context import DONE, DONE_FILE, SKIPPED, Done, RunContext
from sodai.orchestration.specs import TASKS, TaskSpec
from sodai.settings import HomeError, UsageError

log = structlog.get_logger()

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
_DISK_WORDS = ("disk is full", "no space left", "disk full", "file too large")


class Observer(Protocol):
    """Who is told how a run goes: a progress display, a test."""

    def started(self, spec: TaskSpec) -> None:
        """Hear that a task begins."""

    def finished(self, spec: TaskSpec, done: Done) -> None:
        """Hear that a task has ended."""

    def kept(self, spec: TaskSpec, done: Done) -> None:
        """Hear that a task had ended before, from the same inputs."""

    def skipped(self, spec: TaskSpec) -> None:
        """Hear that the path leaves a task out."""

    def progress(self, what: str, done: int, total: int) -> None:
        """Hear that something inside the current task moved on."""


class Silent:
    """An observer that says nothing."""

    def started(self, spec: TaskSpec) -> None:
        """Say nothing."""

    def finished(self, spec: TaskSpec, done: Done) -> None:
        """Say nothing."""

    def kept(self, spec: TaskSpec, done: Done) -> None:
        """Say nothing."""

    def skipped(self, spec: TaskSpec) -> None:
        """Say nothing."""

    def progress(self, what: str, done: int, total: int) -> None:
        """Say nothing."""


def run_tasks(
    run: RunContext,
    observer: Observer | None = None,
    *,
    tasks: Sequence[TaskSpec] = TASKS,
    stop_after: str | None = None,
) -> None:
    """Bring a run to its end, from wherever it was left.

    Parameters
    ----------
    run : RunContext
        The run; its home should be locked by the caller.
    observer : Observer, optional
        Told of every task.
    tasks : sequence of TaskSpec
        In an order in which every task comes after its upstream.
    stop_after : str, optional
        Name of the last task to do.

    Raises
    ------
    SodaiError
        Whatever stops a task; the tasks before it stay done.
    """
    watcher = observer if observer is not None else Silent()
    for spec in tasks:
        if not run.takes(spec):
            watcher.skipped(spec)
        elif (done := run.done(spec.name)) is not None and run.is_current(spec):
            watcher.kept(spec, done)
        else:
            watcher.started(spec)
            watcher.finished(spec, execute(spec, run.with_progress(watcher.progress), tasks))
        if spec.name == stop_after:
            return


def execute(spec: TaskSpec, run: RunContext, tasks: Sequence[TaskSpec] = TASKS) -> Done:
    """Do one task of a run and leave its ``done.json``; what the path leaves out is recorded as skipped.

    An orchestrator never calls a task that it skips, so whatever comes after the branch records it.

    Raises
    ------
    UsageError
        If an upstream task has not ended, or the path excludes this task.
    HomeError
        If the disk is full, wherever that came up.
    """
    _require_upstream(spec, run, {other.name for other in tasks if run.takes(other)})
    for other in tasks:
        if not run.takes(other):
            _skip(other, run)
    started = time.monotonic(), time.process_time()
    with structlog.contextvars.bound_contextvars(run_id=run.info.run_id, task=spec.name), _reported(run):
        log.info("task_started")
        run.path(spec.name, DONE_FILE).unlink(missing_ok=True)
        summary = spec.load()(run)
        spent = time.monotonic() - started[0], time.process_time() - started[1]
        done = run.finish(spec, DONE, summary, spent)
        log.info("task_finished", seconds=done.seconds, cpu_seconds=done.cpu_seconds)
    return done


def _skip(spec: TaskSpec, run: RunContext) -> None:
    if not run.is_current(spec):
        run.finish(spec, SKIPPED, {"because": f"the run took {run.branch}"})


def _require_upstream(spec: TaskSpec, run: RunContext, taken: Collection[str]) -> None:
    if not run.takes(spec):
        raise UsageError(f"task {spec.name} is not part of run {run.info.run_id}: it took {run.branch}")
    ended = [name for name in spec.upstream if (done := run.done(name)) is not None and done.status == DONE]
    missing = [name for name in spec.upstream if name in taken and name not in ended]
    if missing:
        raise UsageError(
            f"task {spec.name} of run {run.info.run_id} comes after {', '.join(missing)}",
            hint="Run that first.",
        )


@contextmanager
def _reported(run: RunContext) -> Iterator[None]:
    """Log what stops a task, and give a full disk its name wherever it came up."""
    try:
        yield
    except Exception as error:
        said = {"error": type(error).__name__, "message": str(error).split("\n")[0][:500]}
        log.error("task_failed", **said)  # noqa: TRY400 (a person's mistake needs no traceback; --debug has it)
        if not isinstance(error, HomeError) and _disk_is_full(error):
            raise HomeError(
                f"the disk under {run.home.root} refused a write: {str(error).splitlines()[0]}",
                hint="Free some space and run the same command again: it goes on where it stopped.",
            ) from error
        raise


def _disk_is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _DISK:
            return True
        if any(word in str(error).lower() for word in _DISK_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False
