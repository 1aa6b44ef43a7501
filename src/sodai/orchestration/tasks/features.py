"""Task 4: the snapshot that will be scored, the panel to learn from, and the weeks to be judged on."""

from datetime import date
from typing import Any

from sodai.data import write_json
from sodai.features import SomeCustomers, catalogue, open_tables, panel, snapshot
from sodai.orchestration.context import RunContext
from sodai.orchestration.recall import recall_of
from sodai.orchestration.storage import write_rows
from sodai.orchestration.windows import windows_of

# Different draws: a model is judged on customers that it mostly did not learn from.
LEARNED, JUDGED = 1, 2


def create_features(run: RunContext) -> dict[str, Any]:
    """Write snapshot.parquet, panel.parquet and test.parquet, and what the candidates cover.

    The panel holds all positive pairs and a weighted sample of the others at every past origin; the test
    holds all candidate pairs at the newest ones.
    """
    clean = run.path("validate_data")
    first_day = date.fromisoformat(run.summary("validate_data")["first_day"])
    windows = windows_of(run.info.origin, first_day, run.settings)
    rate = run.settings.learning.negative_rate
    folder = run.path("create_features")
    lines = run.summary("validate_data")["lines"]
    with open_tables(clean, run.settings) as tables:
        pairs = write_rows(folder / "snapshot.parquet", snapshot(tables, run.info.origin, run.settings))
        # A past week has about as many pairs as the coming one at most; all weeks, no more purchases
        # than lines.
        most = pairs * len(windows.panel) * rate + lines
        learned = _some(most, run.settings.learning.max_panel_rows, LEARNED)
        judged = _some(pairs * len(windows.test), run.settings.evaluation.max_rows, JUDGED)
        past = panel(tables, windows.panel, run.settings, rate, learned)
        test = panel(tables, windows.test, run.settings, 1.0, judged)
        rows = {
            "snapshot": pairs,
            "panel": write_rows(folder / "panel.parquet", past),
            "test": write_rows(folder / "test.parquet", test),
        }
    recall = recall_of(clean / "lines.parquet", folder / "test.parquet", run.settings, judged.share)
    write_json(folder / "candidates.json", recall)
    names = [feature.name for feature in catalogue(run.settings)]
    made = f"{pairs:,} pairs, {len(names)} features, {len(windows.panel)} past weeks"
    if learned.share < 1:
        made += f" of {learned.share:.0%} of the customers"
    return {
        "rows": rows,
        "features": len(names),
        "customers_learned_from": learned.share,
        "customers_judged": judged.share,
        "panel_origins": [day.isoformat() for day in windows.panel],
        "test_origins": [day.isoformat() for day in windows.test],
        "candidate_recall": recall.reachable_recall,
        "note": f"{made}; {recall.to_text()}" if recall.found < recall.reachable else made,
    }


def _some(rows: float, most: int, draw: int) -> SomeCustomers:
    """Return the share of the customers that keeps about so many rows within a bound."""
    return SomeCustomers(min(1.0, most / max(rows, 1.0)), draw)
