"""The champion under watch: what it says of weeks that it had not seen, and the evidence about one week."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sodai.drift import Deliveries, DriftRecord, Evidence, Judged, assess, reference_and_recent
from sodai.features import catalogue
from sodai.learning import Model
from sodai.learning.explanation import contributions
from sodai.orchestration.scoring import feature_frame
from sodai.orchestration.storage import CHUNK_ROWS, batches_of
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, EXPECTED_ITEMS, ORIGIN, PROBABILITY
from sodai.settings.weeks import WEEK_DAYS

REFERENCE_FILE = "reference.parquet"
EXPLAINED_ROWS = 200


@dataclass(frozen=True, eq=False)
class Held:
    """The champion and what is known of it.

    Parameters
    ----------
    model : Model
    baseline : Model or None
        None where the champion cannot be judged: it reads features that are not there any more.
    validation : Judged or None
        Weeks before it was trained, judged by its twin.
    use : mapping
        Each feature's share in what its scores depend on.
    """

    model: Model
    baseline: Model | None
    validation: Judged | None = None
    use: Mapping[str, float] = field(default_factory=dict)

    @property
    def trained_at(self) -> date:
        """First day that it did not know."""
        return self.model.meta.trained_at_origin


@dataclass(frozen=True, eq=False)
class Week:
    """One week as the watch sees it.

    Parameters
    ----------
    origin : date
    tables : Path
        Folder of the clean tables; later lines are not read.
    panel : pa.Table
        Past origins before ``origin``, with features and labels.
    snapshot : Path or None
        Features of the coming week.
    """

    origin: date
    tables: Path
    panel: pa.Table
    snapshot: Path | None = None


def judge(rows: pa.Table, model: Model, baseline: Model) -> Judged:
    """Let both models speak of rows with features and labels."""
    ours, expected = _said(rows, model)
    return Judged.of(rows, ours, _said(rows, baseline)[0], expected)


def assess_week(week: Week, held: Held | None, settings: Settings) -> DriftRecord:
    """Gather and weigh the evidence about a week.

    Without a champion only features, label and delivery are measured.
    """
    trained_at = held.trained_at if held is not None else None
    reference, recent = reference_and_recent(week.panel, settings, trained_at)
    deliveries = read_deliveries(week.tables, week.origin, settings)
    if held is None:
        return assess(Evidence(reference, recent, deliveries), catalogue(settings), settings)
    evidence = Evidence(
        reference=_scored(reference, held.model),
        recent=_scored(recent, held.model),
        deliveries=deliveries,
        lag_weeks=max(0, (week.origin - held.trained_at).days // WEEK_DAYS),
        validation=held.validation,
        since=_since(week.panel, held),
        coming=_coming(week.snapshot, held),
        use=held.use,
    )
    return assess(evidence, catalogue(settings), settings)


def read_deliveries(
    tables: Path, origin: date, settings: Settings, without: NDArray[Any] | None = None
) -> Deliveries:
    """Read clean tables as purchases with the attributes that settings declare, without some customers."""
    read = {name: pq.read_table(tables / f"{name}.parquet") for name in ("lines", "customers", "products")}
    if without is not None:
        left_out = pc.is_in(read["lines"][CUSTOMER_ID], value_set=pa.array(without))
        read["lines"] = read["lines"].filter(pc.invert(left_out))
    declared = {"customers": settings.customers.categorical, "products": settings.products.categorical}
    attributes = {
        kind: [n for n in names if n in read[kind].column_names] for kind, names in declared.items()
    }
    return Deliveries.of(**read, origin=origin, attributes=attributes)


def weeks_of(model: Model) -> int:
    """Origins that a model learned from, a week apart."""
    return (model.meta.last_origin - model.meta.first_origin).days // WEEK_DAYS + 1


def readable(model: Model, rows: pa.Table) -> bool:
    """Whether the rows have every feature that the model reads."""
    return set(model.features) <= set(rows.column_names)


def shares_of_use(model: Model, rows: pa.Table) -> dict[str, float]:
    """Each feature's share of the mean |SHAP| over a few rows."""
    spread = np.linspace(0, rows.num_rows - 1, min(EXPLAINED_ROWS, rows.num_rows)).astype(int)
    features = feature_frame(rows.take(spread), model.features)
    sizes = np.abs(contributions(model.algorithm, features).shap).mean(axis=0)
    total = max(float(sizes.sum()), 1e-12)
    return dict(zip(model.features, (sizes / total).tolist(), strict=True))


def _since(panel: pa.Table, held: Held) -> Judged | None:
    days = panel[ORIGIN].cast(pa.date32())
    rows = panel.filter(pc.greater_equal(days, pa.scalar(held.trained_at, pa.date32())))
    return judge(rows, held.model, held.baseline) if rows.num_rows and held.baseline is not None else None


def _said(rows: pa.Table, model: Model) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    starts = range(0, rows.num_rows, CHUNK_ROWS)
    told = [model.predict(feature_frame(rows.slice(at, CHUNK_ROWS), model.features)) for at in starts]
    parts = [
        [np.empty(0), *(t[name].to_numpy(np.float64) for t in told)] for name in (PROBABILITY, EXPECTED_ITEMS)
    ]
    return np.concatenate(parts[0]), np.concatenate(parts[1])


def _scored(rows: pa.Table, model: Model) -> pa.Table:
    """Add the champion's probability where it can read the rows."""
    if not rows.num_rows or not readable(model, rows):
        return rows
    return rows.append_column(PROBABILITY, pa.array(_said(rows, model)[0]))


def _coming(snapshot: Path | None, held: Held) -> NDArray[np.float64] | None:
    if snapshot is None or held.baseline is None:
        return None
    parts = [_said(pa.Table.from_batches([batch]), held.model)[0] for batch in batches_of(snapshot)]
    return np.concatenate([np.empty(0), *parts])
