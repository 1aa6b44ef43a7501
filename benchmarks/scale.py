"""``sodai predict`` on simulated companies of 1, 5 and 20 times a size: how time and memory grow."""

import math
import tempfile
from pathlib import Path

from benchmarks.commands import SODAI, Measured, measure

CUSTOMERS = 1_569
PRODUCTS = 971
TIMES = (1, 5, 20)


def scale(*, runs: int) -> tuple[list[Measured], float]:
    """Measure each size with a champion trained on the smallest; also the power with which the time grows."""
    with tempfile.TemporaryDirectory() as folder:
        root, found = Path(folder), []
        home = str(root / "home")
        for times in TIMES:
            data = str(root / f"company-{times}")
            simulated(Path(data), times)
            if times == TIMES[0]:
                train = [str(SODAI), "run", "--data", data, "--home", home, "--trials", "5"]
                measure("champion", train, runs=1)
            predict = [str(SODAI), "predict", "--data", data, "--home", home]
            found.append(measure(f"sodai predict, {times} x {CUSTOMERS:,} customers", predict, runs=runs))
        return found, _power(found)


def simulated(folder: Path, times: int) -> None:
    """Write a company of one year with so many times ``CUSTOMERS``."""
    size = ["--customers", str(CUSTOMERS * times), "--products", str(PRODUCTS), "--weeks", "52"]
    command = [str(SODAI), "simulate", "--out", str(folder), *size, "--seed", "1", "--no-truth"]
    measure("simulate", command, runs=1)


def _power(found: list[Measured]) -> float:
    """Exponent p in time ~ size^p between the two largest sizes."""
    growth = found[-1].seconds / found[-2].seconds
    return math.log(growth) / math.log(TIMES[-1] / TIMES[-2])
