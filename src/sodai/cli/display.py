"""How a run is shown: one line a task with its time; a moving line only where a person is watching."""

import json
import time

from rich.console import Console
from rich.status import Status

from sodai.orchestration.context import Done
from sodai.orchestration.specs import TASKS, TaskSpec

_NUMBER = {spec.name: at for at, spec in enumerate(TASKS, start=1)}
_NAME_WIDTH = max(len(spec.name) for spec in TASKS)
# A plain log gets a progress line this often at most, so that it stays readable.
PLAIN_EVERY_SECONDS = 15.0


class Display:
    """Tells a person how a run goes, on standard error.

    Parameters
    ----------
    console : Console, optional
        Where to; a terminal gets a moving line for the task at work, anything else plain lines.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console if console is not None else Console(stderr=True, highlight=False)
        self._status: Status | None = None
        self._task = ""
        self._last_plain = 0.0

    def started(self, spec: TaskSpec) -> None:
        """Show what is at work."""
        self._task, self._last_plain = spec.name, time.monotonic()
        if self.console.is_terminal:
            self._status = self.console.status(f"{_label(spec.name)}  {spec.en}")
            self._status.start()

    def progress(self, what: str, done: int, total: int) -> None:
        """Show how far the current task is."""
        count = f"{done}/{total}" if total else f"{done}"
        if self._status is not None:
            self._status.update(f"{_label(self._task)}  {what} {count}")
        elif time.monotonic() - self._last_plain > PLAIN_EVERY_SECONDS:
            self._last_plain = time.monotonic()
            self.console.print(f"{_label(self._task)}  {what} {count}", markup=False, soft_wrap=True)

    def finished(self, spec: TaskSpec, done: Done) -> None:
        """Write the line of a finished task."""
        self.close()
        self._line(spec.name, f"{done.seconds:7.1f} s  {_noted(done)}")

    def kept(self, spec: TaskSpec, done: Done) -> None:
        """Write the line of a task that had been done before."""
        self._line(spec.name, f"{'kept':>9}  {_noted(done)}")

    def skipped(self, spec: TaskSpec) -> None:
        """Write the line of the branch that was not taken."""
        self._line(spec.name, f"{'skipped':>9}")

    def close(self) -> None:
        """Take the moving line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _line(self, name: str, text: str) -> None:
        self.console.print(f"{_label(name)} {text}".rstrip(), markup=False, soft_wrap=True)


def _label(name: str) -> str:
    if name not in _NUMBER:
        return ""
    return f"[{_NUMBER[name]:>2}/{len(TASKS)}] {name:<{_NAME_WIDTH}}"


def _noted(done: Done) -> str:
    """Return the task's own line for people, where it left one."""
    note = done.summary.get("note", "")
    return note if isinstance(note, str) else json.dumps(note)
