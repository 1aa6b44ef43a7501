"""Tasks 5 and 6: how far the newest weeks moved from what the champion learned from, and what follows."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import read_json, write_json
from sodai.drift import ChampionInfo, DriftRecord, Judged, Situation, StoredDecision, write_decision
from sodai.drift import choose_path as decide
from sodai.features import catalogue
from sodai.learning import Model
from sodai.orchestration.champion import HORIZON_TAG, LABEL_TAG, champion_of, load_version
from sodai.orchestration.context import RunContext
from sodai.orchestration.memory import PATH_FILE, earlier_decisions
from sodai.orchestration.watching import (
    REFERENCE_FILE,
    Held,
    Week,
    assess_week,
    readable,
    shares_of_use,
    weeks_of,
)
from sodai.settings import Settings
from sodai.tracking import BASELINE, ModelVersion, Registry

RECORD_FILE = "record.json"


def detect_drift(run: RunContext) -> dict[str, Any]:
    """Measure how features and scores moved, whether the delivery is whole, and what the champion costs."""
    week = Week(
        run.info.origin,
        run.path("validate_data"),
        pq.read_table(run.path("create_features", "panel.parquet")),
        run.path("create_features", "snapshot.parquet"),
    )
    record = assess_week(week, _held(run, week.panel), run.settings)
    write_json(run.path("detect_drift", "drift.json"), record.to_dict())
    return {"status": record.status, "moved": [c.name for c in record.moved(5)], "note": _said(record)}


def choose_path(run: RunContext) -> dict[str, Any]:
    """Decide between retraining, keeping the champion and blocking the week, and say why.

    ``record.json`` holds everything that the decision was made from, and can be decided again.
    """
    record = DriftRecord.from_dict(read_json(run.path("detect_drift", "drift.json")))
    champion = _champion(run)
    situation = Situation(
        origin=run.info.origin,
        champion=champion,
        record=record,
        weeks=len(run.summary("create_features")["panel_origins"]),
        earlier=earlier_decisions(run.home, run.info.origin),
        retrain=run.info.retrain,
    )
    decision = decide(situation, run.settings)
    write_json(run.path("choose_path", PATH_FILE), decision.to_dict())
    write_decision(run.path("choose_path", RECORD_FILE), StoredDecision.of(situation, decision, run.settings))
    # The champion of this moment: a run that is resumed after it promoted its own model must not meet itself.
    known = {
        "champion": int(champion.version) if champion is not None else None,
        "comparable": champion is not None and _answers_the_same(champion, run.settings),
        "backfill": champion is not None and champion.trained_at > run.info.origin,
    }
    return {**decision.to_dict(), **known, "note": f"{decision.verdict}: {decision.why_en}"}


def _held(run: RunContext, panel: pa.Table) -> Held | None:
    """Return the champion and what is known of it, if it can read the features of this run."""
    version = champion_of(run.home.root, run.settings)
    if version is None:
        return None
    model = load_version(run.home.root, run.settings, version)
    registry = Registry(run.home.root, run.settings)
    known = registry.version_of(BASELINE)
    if known is None or not readable(model, panel):
        return Held(model, None)
    stored = registry.download(version) / REFERENCE_FILE
    return Held(
        model,
        load_version(run.home.root, run.settings, known),
        Judged.read(pq.read_table(stored)) if stored.is_file() else None,
        _use(run, version, model, panel),
    )


def _use(run: RunContext, version: ModelVersion, model: Model, panel: pa.Table) -> dict[str, float]:
    """Shares that the run which made the champion explained; else measured anew on a few rows."""
    file: Path = run.home.run_folder(version.run_id) / "explain_model" / "importance.json"
    if version.run_id and file.is_file():
        return {f["name"]: float(f["share"]) for f in read_json(file)["features"]}
    return shares_of_use(model, panel)


def _champion(run: RunContext) -> ChampionInfo | None:
    version = champion_of(run.home.root, run.settings)
    if version is None:
        return None
    return _info(version, load_version(run.home.root, run.settings, version), run.settings)


def _info(version: ModelVersion, model: Model, settings: Settings) -> ChampionInfo:
    """Describe a champion to the decision about retraining."""
    return ChampionInfo(
        version=str(version.version),
        trained_at=model.trained_at_origin,
        features=model.features,
        horizon_days=int(version.tags.get(HORIZON_TAG, settings.horizon_days)),
        label=version.tags.get(LABEL_TAG, settings.label),
        weeks=weeks_of(model),
    )


def _answers_the_same(champion: ChampionInfo, settings: Settings) -> bool:
    """Whether a champion predicts what these settings ask for, from features that they have."""
    known = {feature.name for feature in catalogue(settings)}
    same = (champion.horizon_days, champion.label) == (settings.horizon_days, settings.label)
    return same and known >= set(champion.features)


def _said(record: DriftRecord) -> str:
    if record.faults:
        return f"the delivery looks broken: {record.faults[0].kind}"
    if record.status != "measured":
        return f"{record.status}: {record.note}"
    return "moved most: " + ", ".join(column.name for column in record.moved(3))
