"""Run the benchmarks: ``python -m benchmarks [NAME ...] [--data FOLDER] [--home HOME]``."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import HEADER, limits
from benchmarks.faults import faults
from benchmarks.scale import scale
from benchmarks.serving import served_scale, serving
from benchmarks.weekly import weekly


def main() -> None:
    """Print a Markdown table for each benchmark asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="*", default=["weekly", "scale"], help="weekly, scale, serving, served-scale, faults"
    )
    parser.add_argument("--data", type=Path, help="a company's folder (for weekly)")
    parser.add_argument("--home", type=Path, help="a home with a live week (for serving and faults)")
    parser.add_argument(
        "--seconds", type=float, default=20, help="of each load (for serving, served-scale and faults)"
    )
    parser.add_argument("--per-second", type=float, default=300, help="requests (for faults)")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print(limits(), end="\n\n")
    if "weekly" in asked.what and asked.data is not None:
        print(HEADER)
        for measured in weekly(asked.data, runs=asked.runs):
            print(measured.row(), flush=True)
    if "scale" in asked.what:
        found, power = scale(runs=asked.runs)
        print(HEADER, *(measured.row() for measured in found), sep="\n")
        print(f"\nfrom {found[-2].name} to {found[-1].name}: time grows with the {power:.2f}th power")
    if "serving" in asked.what and asked.home is not None:
        _show(serving(asked.home, asked.runs, asked.seconds))
    if "faults" in asked.what and asked.home is not None:
        _show(faults(asked.home, asked.per_second, asked.seconds))
    if "served-scale" in asked.what:
        _show(served_scale(asked.runs, asked.seconds))


def _show(rows: Iterator[tuple[str, str]]) -> None:
    print("| | |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |", flush=True)


if __name__ == "__main__":
    main()
