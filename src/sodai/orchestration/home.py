"""The home: one folder under which everything is written, and the lock that lets one run in at a time."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from sodai.data.files import write_json
from sodai.settings import HomeError, UsageError

# A short first try tells apart "free" from "held", so that a person is told before a long wait.
FIRST_TRY_SECONDS = 0.2


@dataclass(frozen=True)
class Home:
    """Where a company's runs, predictions and models live; made when first written to.

    Parameters
    ----------
    root : Path
        The folder. Absolute paths survive a change of the working directory, so it is resolved by `at`.
    """

    root: Path

    @classmethod
    def at(cls, folder: Path | str) -> "Home":
        """Return the home in ``folder``, made absolute."""
        return cls(Path(folder).expanduser().absolute())

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.root / "runs"

    @property
    def predictions(self) -> Path:
        """What is published: ``origin=YYYY-MM-DD/predictions.parquet``."""
        return self.root / "predictions"

    @property
    def quarantine(self) -> Path:
        """What cleaning refused, one parquet file a run."""
        return self.root / "quarantine"

    @property
    def reports(self) -> Path:
        """The newest run report and the model cards."""
        return self.root / "reports"

    @property
    def work(self) -> Path:
        """Scratch of a command that is not a run; emptied when the command ends."""
        return self.root / "work"

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of one run, whether or not it exists."""
        return self.runs / run_id

    def ensure(self) -> None:
        """Make the folder and see that it can be written to.

        Raises
        ------
        HomeError
            If it cannot be made or written: not a folder, no permission, no space.
        """
        probe = self.root / f".probe-{os.getpid()}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                probe.write_bytes(b"\0" * 4096)
            finally:
                probe.unlink(missing_ok=True)
        except OSError as error:
            raise HomeError(
                f"the home {self.root} cannot be written: {error.strerror or error}",
                hint="Free some space, or name another folder with --home.",
            ) from error

    @contextmanager
    def lock(
        self, what: str, wait_seconds: float, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Hold the home for the length of a ``with`` block.

        The operating system frees the lock when its holder dies, so a killed run blocks nobody.

        Parameters
        ----------
        what : str
            Told to whoever waits, e.g. ``"sodai run"``.
        wait_seconds : float
            How long to wait for another holder to finish.
        on_wait : callable, optional
            Called once with who holds it, when there is somebody to wait for.

        Raises
        ------
        HomeError
            If the home is still held after that time, or cannot be written.
        """
        self.ensure()
        lock = FileLock(self.root / ".lock")
        try:
            self._acquire(lock, wait_seconds, on_wait)
        except OSError as error:
            raise HomeError(f"the home {self.root} cannot be locked: {error.strerror or error}") from error
        try:
            write_json(self._holder_file, _this_process(what))
            yield
        finally:
            self._holder_file.unlink(missing_ok=True)
            lock.release()

    def _acquire(self, lock: FileLock, wait_seconds: float, on_wait: Callable[[str], None] | None) -> None:
        started = time.monotonic()
        try:
            lock.acquire(timeout=min(FIRST_TRY_SECONDS, wait_seconds))
        except Timeout:
            if on_wait is not None:
                on_wait(self.holder())
        else:
            return
        try:
            lock.acquire(timeout=max(0.0, wait_seconds - (time.monotonic() - started)))
        except Timeout as error:
            raise HomeError(
                f"the home {self.root} is held by {self.holder()}; waited {wait_seconds:g} s",
                hint="Wait until it has finished, or use another --home.",
            ) from error

    @property
    def _holder_file(self) -> Path:
        return self.root / ".lock-holder.json"

    def holder(self) -> str:
        """Say who holds the lock, in words."""
        try:
            who = json.loads(self._holder_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return "another process"
        return f"{who['what']} (process {who['pid']} on {who['host']}, since {who['since']})"

    def find_run(self, reference: str) -> Path:
        """Return the folder of the run that ``reference`` names: its id, its folder, or ``latest``.

        Raises
        ------
        UsageError
            If there is no such run.
        """
        if reference == "latest":
            started = sorted(
                self.runs.glob("*/start_pipeline/run.json"), key=lambda file: file.stat().st_mtime
            )
            if started:
                return started[-1].parent.parent
        for folder in (self.runs / reference, Path(reference)):
            if (folder / "start_pipeline" / "run.json").is_file():
                return folder.absolute()
        raise UsageError(
            f"there is no run {reference!r} in {self.runs}",
            hint="List the folder, or start one with sodai run.",
        )


def _this_process(what: str) -> dict[str, object]:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return {"what": what, "pid": os.getpid(), "host": socket.gethostname(), "since": since}
