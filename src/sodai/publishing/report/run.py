"""Everything that a run left which the report and the model card speak of, read from its folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sodai.data import read_json
from sodai.publishing.report.curves import Curves, Judged, curves_of
from sodai.publishing.report.text import Text
from sodai.settings.columns import (
    BUY,
    CUSTOMER_ID,
    EXPECTED_ITEMS,
    LABEL,
    ORIGIN,
    PROBABILITY,
    PRODUCT_ID,
    RANK,
)

Record = Mapping[str, Any]

TASKS = (
    "start_pipeline",
    "extract_data",
    "validate_data",
    "create_features",
    "detect_drift",
    "choose_path",
    "retrain_model",
    "load_champion",
    "evaluate_model",
    "explain_model",
    "promote_model",
    "generate_predictions",
    "publish_results",
)
EXAMPLE_CUSTOMERS = 3
EXAMPLE_PRODUCTS = 5


@dataclass(frozen=True)
class TaskTime:
    """How a task went: ``done``, ``skipped`` or ``running``, and for how long."""

    name: str
    status: str
    seconds: float | None


@dataclass(frozen=True)
class Recommendation:
    """One line of a customer's list with its reasons."""

    rank: int
    product_id: str
    product: str
    probability: float
    expected_items: float
    buy: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Example:
    """The top of one customer's list."""

    customer_id: str
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, eq=False)
class RunSummary:
    """What a run did, as its tasks wrote it down; a part that is not there is None or empty.

    Attributes
    ----------
    run : mapping
        ``start_pipeline/run.json``: run_id, origin, horizon_days, seed, trials, data, settings, ...
    tasks : tuple of TaskTime
    summaries : mapping of str to mapping
        The ``summary`` of each finished task's ``done.json``.
    validation, candidates, drift, path, study, training, metrics, decision, importance : mapping, optional
        ``validation.json``, ``candidates.json``, ``drift.json``, ``path.json``, ``study.json``,
        ``training.json``, ``metrics.json``, ``decision.json``, ``importance.json``.
    curves : Curves
        From ``evaluate_model/rows.parquet``.
    examples : tuple of Example
        From the predictions, the products and the reasons.
    """

    run: Record
    tasks: tuple[TaskTime, ...] = ()
    summaries: Mapping[str, Record] = field(default_factory=dict)
    validation: Record | None = None
    candidates: Record | None = None
    drift: Record | None = None
    path: Record | None = None
    study: Record | None = None
    training: Record | None = None
    metrics: Record | None = None
    decision: Record | None = None
    importance: Record | None = None
    curves: Curves = field(default_factory=Curves)
    examples: tuple[Example, ...] = ()

    @property
    def settings(self) -> Record:
        """The settings of the run."""
        settings: Record = self.run.get("settings", {})
        return settings

    @property
    def blocked(self) -> bool:
        """Whether the delivery was broken, so that nothing was published."""
        return self.path is not None and self.path["path"] == "block"

    @property
    def gate_metric(self) -> str:
        """Name of the metric that decides."""
        return str(self.settings.get("evaluation", {}).get("gate", {}).get("metric", "pr_auc"))

    @property
    def main_score(self) -> str:
        """Name of the score of this run's model."""
        return str(self.summaries.get("evaluate_model", {}).get("score", "challenger"))


def read_run(folder: Path) -> RunSummary:
    """Read what a run left in its folder.

    Raises
    ------
    InputError
        If a file that is there cannot be read.
    """
    done = {name: found for name in TASKS if (found := _json(folder, name, "done.json"))}
    summaries = {name: one["summary"] for name, one in done.items() if one["status"] == "done"}
    run = _json(folder, "start_pipeline", "run.json") or {}
    return RunSummary(
        run=run,
        tasks=tuple(_task(name, done.get(name)) for name in TASKS),
        summaries=summaries,
        validation=_json(folder, "validate_data", "validation.json"),
        candidates=_json(folder, "create_features", "candidates.json"),
        drift=_json(folder, "detect_drift", "drift.json"),
        path=_json(folder, "choose_path", "path.json"),
        study=_json(folder, "retrain_model", "study.json"),
        training=_json(folder, "retrain_model", "training.json"),
        metrics=_json(folder, "evaluate_model", "metrics.json"),
        decision=_json(folder, "promote_model", "decision.json"),
        importance=_json(folder, "explain_model", "importance.json"),
        curves=_curves(folder, summaries.get("evaluate_model", {})),
        examples=_examples(folder, run.get("settings", {})),
    )


def _json(folder: Path, task: str, name: str) -> Record | None:
    file = folder / task / name
    return read_json(file) if file.is_file() else None


def _task(name: str, done: Record | None) -> TaskTime:
    return (
        TaskTime(name, "running", None)
        if done is None
        else TaskTime(name, done["status"], done.get("seconds"))
    )


def _curves(folder: Path, evaluated: Record) -> Curves:
    file = folder / "evaluate_model" / "rows.parquet"
    if not file.is_file() or "score" not in evaluated:
        return Curves()
    rows = pq.read_table(file)
    weeks = evaluated.get("weeks")
    if weeks:
        kept = pc.is_in(rows[ORIGIN].cast(pa.date32()).cast(pa.string()), value_set=pa.array(weeks))
        rows = rows.filter(kept)
    scores = [name for name in (evaluated["score"], "champion", "baseline") if name in rows.column_names]
    return curves_of(
        Judged(
            week=_codes(rows[ORIGIN]),
            customer=_codes(rows[CUSTOMER_ID]),
            label=rows[LABEL].to_numpy().astype(np.int8),
            scores={name: rows[name].to_numpy().astype(np.float64) for name in dict.fromkeys(scores)},
        ),
        evaluated["score"],
    )


def _codes(column: pa.ChunkedArray) -> Any:
    encoded = pc.dictionary_encode(column).unify_dictionaries().combine_chunks()
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.intp)


def _examples(folder: Path, settings: Record) -> tuple[Example, ...]:
    file = folder / "generate_predictions" / "predictions.parquet"
    if not file.is_file():
        return ()
    top = pq.read_table(file, filters=pc.field(RANK) <= EXAMPLE_PRODUCTS)
    chosen = _typical_customers(top)
    top = top.filter(pc.is_in(top[CUSTOMER_ID], value_set=pa.array(chosen, top[CUSTOMER_ID].type)))
    names, reasons = _product_names(folder, settings), _reasons(folder, chosen)
    rows = sorted(top.to_pylist(), key=lambda row: row[RANK])
    return tuple(
        Example(
            str(customer),
            tuple(_recommendation(row, names, reasons) for row in rows if row[CUSTOMER_ID] == customer),
        )
        for customer in chosen
    )


def _typical_customers(top: pa.Table) -> list[Any]:
    """Choose a customer who buys much, one in the middle, one who buys little, by the top of their lists."""
    sums = top.group_by(CUSTOMER_ID).aggregate([(PROBABILITY, "sum")])
    ordered = sums.sort_by([(f"{PROBABILITY}_sum", "descending"), (CUSTOMER_ID, "ascending")])[CUSTOMER_ID]
    places = np.linspace(0.1, 0.9, EXAMPLE_CUSTOMERS) * (len(ordered) - 1)
    return [ordered[at].as_py() for at in dict.fromkeys(places.astype(int).tolist())] if len(ordered) else []


def _product_names(folder: Path, settings: Record) -> dict[Any, str]:
    file = folder / "validate_data" / "products.parquet"
    if not file.is_file():
        return {}
    products = pq.read_table(file)
    columns = [name for name in settings.get("products", {}).get("name", ()) if name in products.column_names]
    parts = [
        [row[name] for name in columns if row[name] is not None]
        for row in products.select(columns).to_pylist()
    ]
    names = (" ".join(map(str, part)) for part in parts)
    return dict(zip(products[PRODUCT_ID].to_pylist(), names, strict=True)) if columns else {}


def _reasons(folder: Path, customers: list[Any]) -> dict[tuple[Any, Any], list[Text]]:
    files = (folder / task / "reasons.parquet" for task in ("generate_predictions", "explain_model"))
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        return {}
    rows = pq.read_table(file, filters=pc.field(CUSTOMER_ID).isin(customers)).to_pylist()
    found: dict[tuple[Any, Any], list[Text]] = {}
    for row in sorted(rows, key=lambda row: row["position"]):
        found.setdefault((row[CUSTOMER_ID], row[PRODUCT_ID]), []).append(
            Text(row["reason_es"], row["reason_en"])
        )
    return found


def _recommendation(
    row: Record, names: Mapping[Any, str], reasons: Mapping[tuple[Any, Any], list[Text]]
) -> Recommendation:
    return Recommendation(
        rank=row[RANK],
        product_id=str(row[PRODUCT_ID]),
        product=names.get(row[PRODUCT_ID]) or str(row[PRODUCT_ID]),
        probability=row[PROBABILITY],
        expected_items=row[EXPECTED_ITEMS],
        buy=row[BUY],
        reasons=tuple(reasons.get((row[CUSTOMER_ID], row[PRODUCT_ID]), ())),
    )
