"""The answers about the champion, the runs with their decisions, and the promotions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from sodai.data import read_json
from sodai.publishing import Week, live_week, published_origins, published_week, read_run
from sodai.publishing.report.curves import Points
from sodai.serving.answers.common import Plain, week_ref
from sodai.serving.state.state import Champion, State
from sodai.settings import SodaiError, UsageError
from sodai.settings.columns import LABEL, ORIGIN
from sodai.tracking import Promotion

RUN_FILE = Path("start_pipeline") / "run.json"
MOST_FEATURES = 50


def weeks(home: Path, state: State | None, today: date) -> Plain:
    """List the published weeks, newest first."""
    live = live_week(home)
    entries = [_week_entry(published_week(home, origin)) for origin in reversed(published_origins(home))]
    for entry in entries:
        entry["live"] = live is not None and entry["origin"] == live.week.origin
        entry["previous"] = live is not None and entry["origin"] == live.previous
    return {
        "live": live.week.origin if live else None,
        "serving": week_ref(state, today) if state else None,
        "weeks": entries,
    }


def _week_entry(week: Week) -> Plain:
    return {
        name: getattr(week, name) for name in ("origin", "run_id", "model_version", "published_at", "rows")
    }


def model(champion: Champion, home: Path, *, loaded: bool) -> Plain:
    """Describe the champion."""
    version = champion.version
    description = _description(champion.folder)
    meta = description.get("meta", {})
    return {
        "version": version.version,
        "algorithm": description.get("family"),
        "calibration": description.get("calibration", {}).get("name"),
        "trained_at_origin": meta.get("trained_at_origin") or version.origin,
        "created": version.created,
        "run_id": version.run_id,
        "features": len(description["schema"]["names"]) if description else None,
        "training_rows": meta.get("training_rows"),
        "parameters": description.get("params", {}),
        "tags": dict(version.tags),
        "loaded": loaded,
        "card": _card(home / "runs" / version.run_id / "publish_results"),
    }


def _description(folder: Path | None) -> dict[str, Any]:
    try:
        return dict(read_json(folder / "model.json")) if folder else {}
    except SodaiError:
        return {}


def _card(folder: Path) -> Plain | None:
    try:
        es, en = ((folder / name).read_text("utf-8") for name in ("model_card.es.md", "model_card.md"))
    except OSError:
        return None
    return {"es": es, "en": en}


def metrics(folder: Path) -> Plain:
    """Lay out the evaluation of a run.

    Raises
    ------
    UsageError
        If the run has evaluated nothing.
    """
    run = read_run(folder)
    report = run.metrics
    if report is None:
        raise UsageError(f"run {folder.name} has evaluated no model")
    return {
        "run_id": folder.name,
        "main_score": run.main_score,
        "scores": report["scores"],
        "confidence": report["confidence"],
        "gate_metric": run.gate_metric,
        "refused": _refused(run.decision),
        "figures": report["measurements"],
        "differences": report["differences"],
        "by_week": report["by_week"],
        "calibration": _curves(run.curves.calibration),
        "precision_at": _curves(run.curves.precision_at),
        "recall_at": _curves(run.curves.recall_at),
        "precision_recall": _curves(run.curves.precision_recall),
        "predicted_actual": _predicted_actual(folder, run.main_score),
    }


def _refused(decision: Mapping[str, Any] | None) -> Plain | None:
    """Say why the model of a run is not the one that serves; None where it is."""
    if decision is None or decision["version"] == decision["serving_version"]:
        return None
    return {language: decision[f"reasons_{language}"][0] for language in ("es", "en")}


def _curves(curves: Sequence[Points]) -> list[Plain]:
    return [
        {
            "score": curve.score,
            "points": [
                {"x": x, "y": y, "size": curve.size[at] if curve.size else None}
                for at, (x, y) in enumerate(zip(curve.x, curve.y, strict=True))
            ],
        }
        for curve in curves
    ]


def _predicted_actual(folder: Path, score: str) -> list[Plain]:
    file = folder / "evaluate_model" / "rows.parquet"
    if not file.is_file() or score not in pq.read_schema(file).names:
        return []
    rows = pq.read_table(file, columns=[ORIGIN, LABEL, score])
    origins, inverse = np.unique(rows[ORIGIN].to_numpy(), return_inverse=True)
    expected = np.bincount(inverse, rows[score].to_numpy())
    actual, pairs = np.bincount(inverse, rows[LABEL].to_numpy()), np.bincount(inverse)
    return [
        {
            "origin": str(origin)[:10],
            "expected": float(expected[at]),
            "actual": int(actual[at]),
            "pairs": int(pairs[at]),
        }
        for at, origin in enumerate(origins)
    ]


def importance(folder: Path) -> Plain:
    """Lay out what the model of a run looks at.

    Raises
    ------
    UsageError
        If the run has explained nothing.
    """
    file = folder / "explain_model" / "importance.json"
    if not file.is_file():
        raise UsageError(f"run {folder.name} has explained no model")
    found = read_json(file)
    return {
        "run_id": folder.name,
        "algorithm": found["algorithm"],
        "rows": found["rows"],
        "families": [_renamed(row, {"name": "family"}) for row in found["families"]],
        "features": [
            {
                "feature": row["name"],
                "family": row["family"],
                "mean_abs": row["mean_abs"],
                "share": row["share"],
                "direction": row["direction"],
                "meaning": {"es": row["meaning_es"], "en": row["meaning_en"]},
            }
            for row in found["features"][:MOST_FEATURES]
        ],
    }


def _renamed(row: Mapping[str, Any], names: Mapping[str, str]) -> Plain:
    return {names.get(key, key): value for key, value in row.items()}


def promotions(history: Sequence[Promotion]) -> Plain:
    """List who was champion when, newest first."""
    return {"promotions": [asdict(entry) for entry in reversed(history)]}


def runs(home: Path, live: Week | None) -> Plain:
    """List the runs, newest origin first."""
    folders = [file.parent.parent for file in (home / "runs").glob(f"*/{RUN_FILE}")]
    entries = [_run_entry(folder, live) for folder in folders]
    return {"runs": sorted(entries, key=lambda entry: (str(entry["origin"]), entry["run_id"]), reverse=True)}


def _run_entry(folder: Path, live: Week | None) -> Plain:
    run = read_json(folder / RUN_FILE)
    path, gate = (
        _record(folder, "choose_path", "path.json"),
        _record(folder, "promote_model", "decision.json"),
    )
    return {
        "run_id": run["run_id"],
        "origin": run["origin"],
        "status": "done" if _record(folder, "publish_results", "done.json") else "unfinished",
        "path": path.get("path"),
        "path_why": {"es": path["why_es"], "en": path["why_en"]} if path else None,
        "gate": gate.get("code"),
        "gate_why": {side: " ".join(gate[f"reasons_{side}"]) for side in ("es", "en")} if gate else None,
        "model_version": gate.get("serving_version"),
        "live": live is not None and live.run_id == run["run_id"],
    }


def run(folder: Path, live: Week | None) -> Plain:
    """Describe one run."""
    done = {file.parent.name: read_json(file) for file in folder.glob("*/done.json")}
    checked = done.get("validate_data", {}).get("summary", {})
    return {
        **_run_entry(folder, live),
        "tasks": [
            {
                "name": name,
                "status": one["status"],
                "seconds": one.get("seconds"),
                "note": one["summary"].get("note"),
            }
            for name, one in done.items()
        ],
        "warnings": [_remark(one) for one in checked.get("warnings", ())],
        "lines": checked.get("lines"),
        "refused": checked.get("refused"),
    }


def _remark(one: Any) -> Plain:
    """Return a warning in both languages; older runs kept only the English words."""
    return {side: str(one[side] if isinstance(one, dict) else one) for side in ("es", "en")}


def drift(folder: Path) -> Plain:
    """Lay out the drift that a run measured and what it decided.

    Raises
    ------
    UsageError
        If the run has measured none.
    """
    record, path = _record(folder, "detect_drift", "drift.json"), _record(folder, "choose_path", "path.json")
    if not record:
        raise UsageError(f"run {folder.name} has measured no drift")
    columns = sorted((_moved(column) for column in record.get("features", ())), key=_how_far)
    return {
        "run_id": folder.name,
        "origin": read_json(folder / RUN_FILE)["origin"],
        "status": record["status"],
        "note": record.get("note", ""),
        "reference": record.get("reference", {}),
        "recent": record.get("recent", {}),
        "features": columns[:MOST_FEATURES],
        "label": _moved(record["label"]) if record.get("label") else None,
        "prediction": _moved(record["prediction"]) if record.get("prediction") else None,
        "harm": record.get("harm"),
        "decision": path.get("path"),
        "decision_why": {"es": path["why_es"], "en": path["why_en"]} if path else None,
    }


def _moved(column: Mapping[str, Any]) -> Plain:
    names = ("name", "family", "status", "mean_reference", "mean_recent", "effect", "use", "stake")
    statistics = {
        one["name"]: one["value"] for one in column.get("statistics", ()) if one["value"] is not None
    }
    return {**{name: column.get(name) for name in names}, "statistics": statistics}


def _how_far(column: Plain) -> tuple[float, float, str]:
    """Order by the distance beyond the margin, then by the distance; older runs know the distance alone."""
    effect = column["effect"] or {}
    value = effect.get("value", column["statistics"].get("js", 0.0))
    return -max(0.0, value - effect.get("margin", value)), -value, column["name"]


def _record(folder: Path, task: str, name: str) -> dict[str, Any]:
    file = folder / task / name
    return dict(read_json(file)) if file.is_file() else {}


def folder_of(home: Path, run_id: str | None, default: Path) -> Path:
    """Return the folder of a run, by default that of the live week.

    Raises
    ------
    UsageError
        If there is no such run.
    """
    if run_id is None:
        return default
    known = {file.parent.parent.name for file in (home / "runs").glob(f"*/{RUN_FILE}")}
    if run_id not in known:
        raise UsageError("there is no such run", got=run_id)
    return home / "runs" / run_id
