"""Time the panel on DuckDB against the same panel in pandas: ``python -m benchmarks.panel --data FOLDER``.

Both compute features, labels and weights of the same pairs at the same origins from the same clean tables.
DuckDB also draws the sample of the negatives; pandas is given the drawn pairs, and takes them out of each
whole snapshot, or, a second time, computes nothing but them. Values are compared column by column before a
ratio is printed.
"""

import argparse
import gc
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import pandas_features
from sodai.data import Tables, clean, read_tables
from sodai.features import catalogue, open_tables, panel
from sodai.settings import Settings, load_settings
from sodai.settings.columns import KEYS, LABEL, TARGET_ITEMS, WEIGHT
from sodai.settings.weeks import past_origins

Rows = TypeVar("Rows")


@dataclass(frozen=True)
class Timed(Generic[Rows]):
    """Median seconds of several runs of one way to build the panel, and what the last one built."""

    seconds: float
    cpu_seconds: float
    rows: Rows


def in_turn(ways: Mapping[str, Callable[[], Rows]], rounds: int) -> dict[str, Timed[Rows]]:
    """Build each way once a round: a machine that becomes slower is slower for all."""
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    built: dict[str, Rows] = {}
    for _ in range(rounds):
        for name, build in ways.items():
            built.pop(name, None)
            gc.collect()  # what an earlier build left is not freed on the time of the next
            started, used = time.perf_counter(), _cpu()
            built[name] = build()
            wall[name].append(time.perf_counter() - started)
            cpu[name].append(_cpu() - used)
    return {n: Timed(statistics.median(wall[n]), statistics.median(cpu[n]), built[n]) for n in ways}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def spread(origins: Sequence[date], count: int) -> list[date]:
    """``count`` of the origins, evenly over the past, so that short and long histories are among them."""
    chosen = np.linspace(0, len(origins) - 1, min(count, len(origins))).round().astype(int)
    return [origins[i] for i in sorted(set(chosen.tolist()))]


def compare(
    tables: Tables, origins: Sequence[date], rate: float, settings: Settings, rounds: int
) -> dict[str, Timed[pa.Table | pd.DataFrame]]:
    """Build the panel every way; the first is DuckDB's.

    Raises
    ------
    SystemExit
        If a value differs by more than rounding.
    """
    frames = pandas_features.Company(
        *(t.to_pandas() for t in (tables.customers, tables.products, tables.lines))
    )
    names = [*(f.name for f in catalogue(settings)), LABEL, TARGET_ITEMS, WEIGHT]
    with tempfile.TemporaryDirectory() as folder:
        tables.write(Path(folder))

        def in_duckdb() -> pa.Table:
            with open_tables(Path(folder), settings) as loaded:
                return panel(loaded, origins, settings, rate).to_pyarrow()

        ours = in_duckdb().to_pandas()
        pairs = None
        if rate < 1:
            pairs = ours[list(KEYS)].assign(origin=pd.to_datetime(ours["origin"]).dt.date)

        def in_pandas(*, drawn_first: bool) -> pd.DataFrame:
            return pandas_features.panel(frames, origins, settings, pairs, rate=rate, drawn_first=drawn_first)

        ways: dict[str, Callable[[], pa.Table | pd.DataFrame]] = {
            "DuckDB": in_duckdb,
            "pandas, snapshot by snapshot": partial(in_pandas, drawn_first=False),
            "pandas, drawn pairs only": partial(in_pandas, drawn_first=True),
        }
        found = in_turn(ways, rounds)
    for way in list(found)[1:]:
        wrong = pandas_features.differences(ours, found[way].rows, names)
        if wrong:
            raise SystemExit("the values differ: " + "; ".join(wrong))
    return found


def main() -> None:
    """Print a Markdown table and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panel", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a company's folder")
    parser.add_argument("--origins", type=int, help="how many, evenly over the past (default all)")
    parser.add_argument("--rounds", type=int, default=3, help="builds of each, in turn")
    parser.add_argument("--negative-rate", type=float, help="share of the negatives (default: settings)")
    asked = parser.parse_args()
    settings = load_settings()
    tables = clean(read_tables(asked.data, settings), settings, today=datetime.now(UTC).date()).tables
    days = pc.min_max(tables.lines["purchase_date"]).as_py()
    origin = days["max"] + timedelta(days=1)
    origins = past_origins(origin, days["min"], settings.horizon_days)
    origins = spread(origins, asked.origins or len(origins))
    rate = asked.negative_rate or settings.learning.negative_rate
    found = compare(tables, origins, rate, settings, asked.rounds)
    ours, names = found["DuckDB"], len(catalogue(settings))
    print(f"{len(ours.rows):,} pairs at {len(origins)} origins, {names} features, equal in every column\n")
    print("| panel | wall s | CPU s | wall, times DuckDB's |\n|---|---|---|---|")
    for name, result in found.items():
        ratio = result.seconds / ours.seconds
        print(f"| {name} | {result.seconds:.1f} | {result.cpu_seconds:.1f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
