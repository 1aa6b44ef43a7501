"""Time all drift statistics against Evidently's preset: ``python -m benchmarks.drift``.

A million rows by 40 columns: 30 numeric ones and 10 with 50 categories, half of the rows reference and half
recent, of 5,000 customers. Evidently needs pandas < 3, so it runs in an environment of its own, which is made
by uv in ``--environment`` on the first call; both read the same parquet files, and reading is not timed.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sodai.drift import measure
from sodai.features import Feature
from sodai.settings import load_settings

ROWS, NUMERIC, CATEGORICAL, CATEGORIES, CUSTOMERS = 1_000_000, 30, 10, 50, 5_000
EVIDENTLY = "evidently==0.7.*"

PEER = """
import json, resource, sys, time
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
old, new = (pd.read_parquet(name).drop(columns=["customer_id", "origin"]) for name in sys.argv[1:3])
numeric = [c for c in old if c.startswith("n")]
rest = [c for c in old if c not in numeric]
definition = DataDefinition(numerical_columns=numeric, categorical_columns=rest)
started = time.perf_counter()
sides = [Dataset.from_pandas(frame, data_definition=definition) for frame in (old, new)]
Report([DataDriftPreset()]).run(sides[1], sides[0])
spent = time.perf_counter() - started
print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6]))
"""


def frames(folder: Path, seed: int = 0) -> tuple[Path, Path]:
    """Write reference.parquet and recent.parquet; a tenth of the columns has moved."""
    files = folder / "reference.parquet", folder / "recent.parquet"
    for side, file in enumerate(files):
        rng = np.random.default_rng(seed + side)
        rows = ROWS // 2
        columns = {
            "customer_id": rng.integers(0, CUSTOMERS, rows),
            "origin": pa.array(
                np.datetime64("2024-01-01") + 7 * rng.integers(8 * side, 8 + 2 * side, rows), pa.date32()
            ),
        }
        for at in range(NUMERIC):
            shift = 0.5 * side * (at % 10 == 0)
            columns[f"n{at}"] = (rng.gamma(2.0, 1.0, rows) + shift).astype(np.float32)
        for at in range(CATEGORICAL):
            first = 1 + 3 * side * (at % 10 == 0)
            weight = 1.0 / np.arange(first, first + CATEGORIES)
            drawn = rng.choice(CATEGORIES, rows, p=weight / weight.sum())
            columns[f"c{at}"] = pa.array(np.char.add("v", drawn.astype(str)))
        pq.write_table(pa.table(columns), file)
    return files


def ours(files: tuple[Path, Path]) -> tuple[float, float]:
    """Measure every column; return seconds and the peak of this process in GB."""
    settings = load_settings()
    features = [Feature(f"n{at}", "pair", "", "") for at in range(NUMERIC)]
    features += [Feature(f"c{at}", "static", "", "", kind="categorical") for at in range(CATEGORICAL)]
    old, new = (pq.read_table(file) for file in files)
    started = time.perf_counter()
    measure(old, new, features, settings)
    return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def peer(files: tuple[Path, Path], environment: Path) -> tuple[float, float]:
    """Run Evidently's preset on the same files in its own environment."""
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
        packages = [EVIDENTLY, "pandas<3", "pyarrow"]
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", str(python), *packages], check=True)
    command = [str(python), "-c", PEER, *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    spent, peak = json.loads(done.stdout.splitlines()[-1])
    return float(spent), float(peak)


def main() -> None:
    """Print a Markdown table and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of ours; the peer runs once")
    parser.add_argument("--environment", type=Path, default=Path(".venv-evidently"))
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(ours(tuple(asked.one))))
        return
    with tempfile.TemporaryDirectory() as folder:
        files = frames(Path(folder))
        command = [sys.executable, "-m", "benchmarks.drift", "--one", *map(str, files)]
        found = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(asked.runs)
        ]
        theirs = peer(files, asked.environment)
    spent, peak = (statistics.median(side) for side in zip(*found, strict=True))
    print(f"{ROWS:,} rows, {NUMERIC} numeric and {CATEGORICAL} categorical columns\n")
    print("| | wall s | peak GB | times SodAI's |\n|---|---|---|---|")
    print(f"| SodAI, all statistics | {spent:.1f} | {peak:.2f} | 1.0 |")
    print(f"| Evidently, drift preset | {theirs[0]:.1f} | {theirs[1]:.2f} | {theirs[0] / spent:.1f} |")


if __name__ == "__main__":
    main()
