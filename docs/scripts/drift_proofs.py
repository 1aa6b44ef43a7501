"""Draw the pictures of docs/drift.md from the answers of ``sodai drift power`` and ``sodai drift replay``.

Usage: python docs/scripts/drift_proofs.py POWER.json REPLAY.json
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

IMAGES = Path(__file__).parents[1] / "images"
HARMFUL, HARMLESS = "#b23a48", "#4a6fa5"


def draw_power(runs: list[dict[str, object]], file: Path) -> None:
    """Draw the share of runs that were called, by event."""
    names = list(dict.fromkeys(str(run["event"]) for run in runs))[::-1]
    of = {name: [run for run in runs if run["event"] == name] for name in names}
    shares = [sum(bool(run["called"]) for run in of[name]) / len(of[name]) for name in names]
    colours = [HARMFUL if of[name][0]["harmful"] else HARMLESS for name in names]
    figure, axes = plt.subplots(figsize=(7, 4.2))
    axes.barh(names, shares, color=colours)
    axes.axvline(0.9, color="grey", linestyle=":", linewidth=1)
    axes.axvline(0.1, color="grey", linestyle=":", linewidth=1)
    axes.set(xlim=(0, 1), xlabel="called within two weeks, share of runs (red: harmful)")
    figure.tight_layout()
    figure.savefig(file, dpi=110)


def draw_replay(weeks: list[dict[str, object]], file: Path) -> None:
    """Draw each policy's PR-AUC less that of always, and when it was retrained by decision."""
    policies = list(weeks[0]["pr_auc"])  # type: ignore[call-overload]
    figure, axes = plt.subplots(figsize=(7, 3.6))
    for policy in policies[1:]:
        gaps = [week["pr_auc"][policy] - week["pr_auc"][policies[0]] for week in weeks]  # type: ignore[index]
        means = [sum(gaps[: at + 1]) / (at + 1) for at in range(len(gaps))]
        axes.plot([str(week["origin"]) for week in weeks], means, label=policy)
    for week in weeks:
        if week["verdict"] == "retrain":
            axes.axvline(str(week["origin"]), color="grey", linestyle=":", linewidth=0.8)
    axes.axhline(-0.004, color="#b23a48", linewidth=0.8)
    axes.set(ylabel="PR-AUC less that of always,\nmean of the weeks so far")
    axes.set_xticks(axes.get_xticks()[::6])
    axes.tick_params(axis="x", rotation=30)
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=110)


def main() -> None:
    """Read both answers and draw."""
    mpl.use("Agg")
    power, replay = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    draw_power(power, IMAGES / "drift-power.png")
    draw_replay(replay["weeks"], IMAGES / "drift-replay.png")


if __name__ == "__main__":
    main()
