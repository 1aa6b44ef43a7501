"""Time and peak memory of whole commands, as the operating system accounts for them."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SODAI = Path(".venv/bin/sodai")


@dataclass(frozen=True)
class Measured:
    """Figures of a command over its runs.

    Attributes
    ----------
    seconds, cpu_seconds : float
        Median wall and processor time.
    gigabytes : float
        Largest resident memory of one process in any run.
    """

    name: str
    runs: int
    seconds: float
    cpu_seconds: float
    gigabytes: float

    def row(self) -> str:
        """Lay the figures out as a row of a Markdown table."""
        figures = (f"{value:.1f}" for value in (self.seconds, self.cpu_seconds))
        return f"| {self.name} | {self.runs} | {' | '.join(figures)} | {self.gigabytes:.2f} |"


HEADER = "| command | runs | wall s (median) | CPU s (median) | peak GB |\n|---|---|---|---|---|"


def measure(name: str, command: Sequence[str], *, runs: int, reset: Sequence[str] = ()) -> Measured:
    """Run ``command`` several times; ``reset`` is run before each and is not timed."""
    wall, cpu, memory = [], [], []
    for _ in range(runs):
        if reset:
            subprocess.run(reset, check=True)
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{name} failed: {' '.join(command)}")
        wall.append(time.perf_counter() - started)
        cpu.append(usage.ru_utime + usage.ru_stime)
        memory.append(usage.ru_maxrss * _unit() / 1e9)
    return Measured(name, runs, statistics.median(wall), statistics.median(cpu), max(memory))


def _unit() -> int:
    """Bytes in a unit of ``ru_maxrss``: kilobytes, but for macOS."""
    return 1 if os.uname().sysname == "Darwin" else 1024


def limits() -> str:
    """Describe the machine."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), resource.getpagesize()
    return f"{os.cpu_count()} cores, {pages * size / 1e9:.0f} GB, {os.uname().machine}"
