"""A command in an environment of its own: its log goes on structured, and it never outlives its task."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PATIENCE_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
# What SodAI has no use for: Airflow's own settings, with the password of its database among them.
_PRIVATE = ("AIRFLOW", "_AIRFLOW", "PYTHONPATH", "VIRTUAL_ENV")

Log = Callable[[str, str, Mapping[str, Any]], None]


@dataclass
class Command:
    """One command at work.

    Parameters
    ----------
    arguments : sequence of str
    environment : mapping
        On top of this process's own, without what is Airflow's.
    log : callable
        Gets level, event and fields of every line on standard error.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Log
    last_words: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def run(self) -> tuple[int, list[str]]:
        """Wait for its end; return the exit code and the lines of standard output."""
        with tempfile.TemporaryFile() as output:
            self._process = subprocess.Popen(  # noqa: S603 (the command is a setting, not input)
                list(self.arguments),
                stdout=output,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                env=environment(self.environment),
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )
            try:
                for line in self._process.stderr or ():
                    self._relay(line.decode(errors="replace").rstrip())
                code = self._process.wait()
            finally:
                self.stop()
            output.seek(0)
            return code, output.read().decode(errors="replace").splitlines()

    def stop(self) -> None:
        """End the command and all that it started, if it is still at work."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _relay(self, line: str) -> None:
        level, event, fields = parsed(line)
        self.last_words = line if not fields else self.last_words
        self.log(level, event, fields)


def parsed(line: str) -> tuple[str, str, dict[str, Any]]:
    """Read a line of SodAI's structured log; any other line is an event of its own.

    >>> parsed('{"event": "task_started", "level": "info", "run_id": "r"}')
    ('info', 'task_started', {'run_id': 'r'})
    >>> parsed("the home is held")
    ('info', 'the home is held', {})
    """
    try:
        said = json.loads(line)
    except ValueError:
        return "info", line, {}
    if not isinstance(said, dict) or "event" not in said:
        return "info", line, {}
    said.pop("timestamp", None)
    return str(said.pop("level", "info")), str(said.pop("event")), said


def environment(added: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what is Airflow's, and with ``added``."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
    return {**own, **added}


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, or a killed task would go on holding the home."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
