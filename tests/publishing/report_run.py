"""A run folder as the tasks leave it, small, made with the rooms' own functions where they are quick."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sodai.drift import measure
from sodai.evaluation import ScoredRows, evaluate, gate
from sodai.features import Feature
from sodai.learning.explanation import FamilyImportance, FeatureImportance, Importance, Stratum
from sodai.publishing.report.run import TASKS
from sodai.settings import load_settings

SETTINGS = load_settings(evaluation={"bootstrap": 20, "ks": (2, 3), "gate": {"min_customers": 5}})
WEEKS = ("2024-11-04", "2024-11-11")
SCORES = ("challenger", "baseline")
ATTACK = "</script><script>alert('x')</script>"


def scored(customers: int = 40, products: int = 8) -> pd.DataFrame:
    random = np.random.default_rng(1)
    rows = pd.MultiIndex.from_product(
        [pd.to_datetime(WEEKS), range(customers), range(products)],
        names=["origin", "customer_id", "product_id"],
    ).to_frame(index=False)
    chance = random.beta(0.5, 2, len(rows))
    rows["label"] = (random.random(len(rows)) < chance).astype(np.int8)
    rows["seen"] = random.random(len(rows)) < 0.5
    rows["challenger"] = chance
    rows["baseline"] = np.clip(chance + random.normal(0, 0.25, len(rows)), 0.01, 0.99)
    rows["customer_type"] = np.where(rows["customer_id"] % 2, "KIOSKO", "BAR")
    return rows


def write_run(folder: Path, *, retrained: bool = True) -> Path:
    """Write a finished run; without ``retrained`` one that kept its champion."""
    rows = scored()
    if not retrained:
        rows = rows.rename(columns={"challenger": "champion"})
    names = ("challenger" if retrained else "champion", "baseline")
    report = evaluate(ScoredRows.from_frame(rows, names), SETTINGS)
    _json(folder, "start_pipeline/run.json", _run())
    _json(folder, "validate_data/validation.json", VALIDATION)
    _json(
        folder, "create_features/candidates.json", {"pairs": 640, "bought": 90, "reachable": 85, "found": 80}
    )
    _json(folder, "detect_drift/drift.json", _drift())
    path = "retrain_model" if retrained else "load_champion"
    _json(
        folder,
        "choose_path/path.json",
        {"path": path, "rule": "x", "why_en": "Told to.", "why_es": "Se pidió."},
    )
    if retrained:
        _json(folder, "retrain_model/study.json", STUDY)
        _json(folder, "retrain_model/training.json", TRAINING)
        decision = gate(report, SETTINGS.evaluation.gate).to_dict() | {"moved": True, "serving_version": 3}
    else:
        decision = {
            "promote": False,
            "moved": False,
            "reasons_en": ["It stays."],
            "reasons_es": ["Se queda."],
        }
    _json(folder, "promote_model/decision.json", decision)
    _json(folder, "evaluate_model/metrics.json", report.to_dict())
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), folder / "evaluate_model/rows.parquet")
    _json(folder, "explain_model/importance.json", IMPORTANCE.to_dict())
    _lists(folder)
    for name in TASKS:
        skipped = name == ("load_champion" if retrained else "retrain_model")
        done = {
            "status": "skipped" if skipped else "done",
            "seconds": 1.5,
            "summary": _summary(name, names[0]),
        }
        if name != "publish_results":
            _json(folder, f"{name}/done.json", done)
    return folder


def _json(folder: Path, name: str, value: Any) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, default=str), encoding="utf-8")


def _run() -> dict[str, Any]:
    return {
        "run_id": "2024-11-18-abc",
        "origin": "2024-11-18",
        "horizon_days": 7,
        "seed": 0,
        "data": "postgres://shop",
        "fingerprint": "f" * 64,
        "settings": SETTINGS.model_dump(mode="json"),
    }


def _summary(task: str, score: str) -> dict[str, Any]:
    return {
        "validate_data": {"quarantine": "quarantine/x.parquet"},
        "create_features": {
            "rows": {"snapshot": 320},
            "features": 12,
            "panel_origins": ["2024-10-28", "2024-11-04"],
        },
        "retrain_model": {"version": 3, "algorithm": "boosting", "calibration": "isotonic"},
        "load_champion": {"version": 2, "algorithm": "logistic", "trained_at_origin": "2024-10-07"},
        "evaluate_model": {"score": score, "weeks": list(WEEKS), "seen_by_champion": False},
        "generate_predictions": {"pairs": 320, "customers": 40, "buys": 55, "cut": 0.41},
    }.get(task, {})


VALIDATION = {
    "lines_in": 1000,
    "lines_out": 960,
    "customers": 40,
    "products": 8,
    "first_day": "2024-01-02",
    "last_day": "2024-11-17",
    "refused": 25,
    "refused_share": 0.025,
    "rules": {"duplicate": 15, "zero_items": 25, "merged": 0},
    "entities": {"customers.duplicate": 2},
    "warnings": [{"es": "no está la columna shelf", "en": "the column shelf is not there"}],
}

STUDY = {
    "family": "boosting",
    "values": {"boosting": 0.61, "frequency": 0.55},
    "reason_en": "Boosting was chosen.",
    "reason_es": "Se eligió boosting.",
    "trials": [
        {"number": 0, "family": "boosting", "state": "complete", "value": 0.6, "rungs": [0.5, 0.6]},
        {"number": 1, "family": "frequency", "state": "complete", "value": 0.55, "rungs": [0.55]},
        {"number": 2, "family": "boosting", "state": "pruned", "value": None, "rungs": [0.4]},
        {"number": 3, "family": "boosting", "state": "failed", "value": None, "rungs": []},
        {"number": 4, "family": "boosting", "state": "complete", "value": 0.61, "rungs": [0.61]},
    ],
}

TRAINING = {
    "calibration": "isotonic",
    "params": {"num_leaves": 31, "members": {"weight": 0.25}},
    "meta": {
        "trained_at_origin": "2024-11-18",
        "first_origin": "2024-02-05",
        "last_origin": "2024-11-11",
        "training_rows": 5000,
        "positives": 400,
    },
    "why_en": "Boosting was chosen.",
    "why_es": "Se eligió boosting.",
}

IMPORTANCE = Importance(
    algorithm="boosting",
    rows=100,
    features=(
        FeatureImportance("pair_recency_days", "pair", 0.5, 0.7, -0.8, "Días desde la compra", "Days since"),
        FeatureImportance("zone", "static", 0.2, 0.3, None, "Zona", "Zone"),
    ),
    families=(FamilyImportance("pair", 1, 0.5, 0.7), FamilyImportance("static", 1, 0.2, 0.3)),
    strata=(Stratum(0.0, 0.01, False, 900, 60), Stratum(0.2, 0.5, True, 100, 40)),
)


def _drift() -> dict[str, Any]:
    random = np.random.default_rng(0)

    def rows(shift: float) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "origin": pd.Timestamp(2024, 11, 4),
                "customer_id": np.repeat(np.arange(40), 10),
                "pair_recency_days": random.exponential(20, 400) + shift,
                "zone": random.choice(["north", "south"], 400),
                "label": (random.random(400) < 0.2).astype(np.int8),
            }
        )

    features = [
        Feature("pair_recency_days", "pair", "Days.", "days"),
        Feature("zone", "static", "Zone.", "name", kind="categorical"),
    ]
    return measure(rows(0), rows(5), features, SETTINGS).to_dict()


def _lists(folder: Path) -> None:
    customers, products = np.repeat(np.arange(5), 6), np.tile(np.arange(6), 5)
    ranks = np.tile(np.arange(1, 7), 5)
    predictions = {
        "origin": ["2024-11-18"] * 30,
        "customer_id": customers,
        "product_id": products,
        "probability": 0.9 / ranks / (1 + customers),
        "rank": ranks,
        "expected_items": np.full(30, 2.5),
        "buy": ranks < 3,
    }
    reasons = {
        "customer_id": [0, 0, 0],
        "product_id": [0, 0, 1],
        "position": [2, 1, 1],
        "reason_es": ["lo compró hace 3 días", "lo compra cada 9 días", "es <b>nuevo</b>"],
        "reason_en": ["bought it 3 days ago", "buys it every 9 days", "it is <b>new</b>"],
    }
    catalogue = {"product_id": list(range(6)), "brand": [ATTACK, "B", None, "D", "E", "F"], "size": [0.5] * 6}
    for task, name, table in (
        ("generate_predictions", "predictions", predictions),
        ("explain_model", "reasons", reasons),
        ("validate_data", "products", catalogue),
    ):
        (folder / task).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(table), folder / task / f"{name}.parquet")
