"""``sodai run`` with 50 trials and ``sodai predict`` with a champion at hand, on a company's folder."""

import tempfile
from pathlib import Path

from benchmarks.commands import SODAI, Measured, measure


def weekly(data: Path, *, runs: int) -> list[Measured]:
    """Measure both commands on ``data``; every run starts from an empty home."""
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        run = [str(SODAI), "run", "--data", str(data), "--home", home, "--trials", "50"]
        whole = measure("sodai run, 50 trials", run, runs=runs, reset=["rm", "-rf", home])
        predict = [str(SODAI), "predict", "--data", str(data), "--home", home]
        return [whole, measure("sodai predict", predict, runs=max(3, runs))]
