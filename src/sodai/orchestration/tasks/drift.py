"""Tasks 5 and 6: how far the newest weeks moved from what the champion learned from, and what follows."""

from typing import Any

import pyarrow.parquet as pq

from sodai.data import read_json, write_json
from sodai.drift import ChampionInfo, DriftRecord, measure, reference_and_recent
from sodai.drift import choose_path as decide
from sodai.features import catalogue
from sodai.learning import Model
from sodai.orchestration.champion import HORIZON_TAG, LABEL_TAG, champion_of, load_version
from sodai.orchestration.context import RunContext
from sodai.settings import Settings
from sodai.tracking import ModelVersion


def detect_drift(run: RunContext) -> dict[str, Any]:
    """Measure every feature and the label between what the champion learned from and the newest weeks."""
    champion = _champion(run)
    panel = pq.read_table(run.path("create_features", "panel.parquet"))
    trained_at = champion.trained_at if champion is not None else None
    reference, recent = reference_and_recent(panel, run.settings, trained_at)
    record = measure(reference, recent, catalogue(run.settings), run.settings)
    write_json(run.path("detect_drift", "drift.json"), record.to_dict())
    return {"status": record.status, "moved": [c.name for c in record.moved(5)], "note": _said(record)}


def choose_path(run: RunContext) -> dict[str, Any]:
    """Decide between retraining and keeping the champion, and say why."""
    record = DriftRecord.from_dict(read_json(run.path("detect_drift", "drift.json")))
    champion = _champion(run)
    decision = decide(champion, run.info.origin, run.settings, record, retrain=run.info.retrain)
    write_json(run.path("choose_path", "path.json"), decision.to_dict())
    # The champion of this moment: a run that is resumed after it promoted its own model must not meet itself.
    known = {
        "champion": int(champion.version) if champion is not None else None,
        "comparable": champion is not None and _answers_the_same(champion, run.settings),
        "backfill": champion is not None and champion.trained_at > run.info.origin,
    }
    return {**decision.to_dict(), **known, "note": f"{decision.path}: {decision.why_en}"}


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
    )


def _answers_the_same(champion: ChampionInfo, settings: Settings) -> bool:
    """Whether a champion predicts what these settings ask for, from features that they have."""
    known = {feature.name for feature in catalogue(settings)}
    same = (champion.horizon_days, champion.label) == (settings.horizon_days, settings.label)
    return same and known >= set(champion.features)


def _said(record: DriftRecord) -> str:
    if record.status != "measured":
        return f"{record.status}: {record.note}"
    return "moved most: " + ", ".join(column.name for column in record.moved(3))
