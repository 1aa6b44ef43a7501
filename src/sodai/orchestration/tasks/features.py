"""Task 4: the snapshot that will be scored, the panel to learn from, and the weeks to be judged on."""

from datetime import date
from typing import Any

from sodai.data import write_json
from sodai.features import catalogue, connect, load_tables, panel, snapshot
from sodai.orchestration.context import RunContext
from sodai.orchestration.recall import recall_of
from sodai.orchestration.storage import write_rows
from sodai.orchestration.windows import windows_of


def create_features(run: RunContext) -> dict[str, Any]:
    """Write snapshot.parquet, panel.parquet and test.parquet, and what the candidates cover.

    The panel holds all positive pairs and a weighted sample of the others at every past origin; the test
    holds all candidate pairs at the newest ones.
    """
    clean = run.path("validate_data")
    first_day = date.fromisoformat(run.summary("validate_data")["first_day"])
    windows = windows_of(run.info.origin, first_day, run.settings)
    backend = connect(run.settings)
    tables = load_tables(backend, clean)
    rate = run.settings.learning.negative_rate
    folder = run.path("create_features")
    rows = {
        "snapshot": write_rows(folder / "snapshot.parquet", snapshot(tables, run.info.origin, run.settings)),
        "panel": write_rows(folder / "panel.parquet", panel(tables, windows.panel, run.settings, rate)),
        "test": write_rows(folder / "test.parquet", panel(tables, windows.test, run.settings, 1.0)),
    }
    recall = recall_of(clean / "lines.parquet", folder / "test.parquet", run.settings)
    write_json(folder / "candidates.json", recall)
    names = [feature.name for feature in catalogue(run.settings)]
    made = f"{rows['snapshot']:,} pairs, {len(names)} features, {len(windows.panel)} past weeks"
    return {
        "rows": rows,
        "features": len(names),
        "panel_origins": [day.isoformat() for day in windows.panel],
        "test_origins": [day.isoformat() for day in windows.test],
        "candidate_recall": recall.reachable_recall,
        "note": f"{made}; {recall.to_text()}" if recall.found < recall.reachable else made,
    }
