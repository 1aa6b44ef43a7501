"""Measure every column between the reference and the newest weeks."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from sodai.drift.columns import measure_column
from sodai.drift.domain import Domain, tell_apart
from sodai.drift.record import ColumnDrift, DriftRecord
from sodai.drift.samples import Pooled, Side
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, LABEL, ORIGIN, PROBABILITY


class Described(Protocol):
    """What a measurement needs of a feature of the catalogue."""

    @property
    def name(self) -> str:
        """Column name."""

    @property
    def family(self) -> str:
        """Family of features."""

    @property
    def kind(self) -> str:
        """Either "numeric" or "categorical"."""


def reference_and_recent(
    panel: pa.Table, settings: Settings, trained_at: date | None = None
) -> tuple[pa.Table, pa.Table]:
    """Cut a panel in two: what a champion learned from, and the newest weeks.

    Parameters
    ----------
    panel : pa.Table
        Rows of past origins with ``origin``.
    settings : Settings
        ``drift.recent_weeks`` origins are recent; above ``drift.max_rows`` rows only every n-th customer
        counts, the same ones on both sides.
    trained_at : date, optional
        Origin at which the champion was trained: the reference are the rows whose target window had ended by
        then. Without a champion it is all the older part of the panel.

    Returns
    -------
    tuple of pa.Table
        Reference and recent rows; they share no origin, and either may be empty.
    """
    panel = _thinned(panel, settings.drift.max_rows)
    origins = panel.column(ORIGIN).cast(pa.date32())
    newest = sorted(pc.unique(origins).to_pylist())[-settings.drift.recent_weeks :]
    if not newest:
        return panel, panel
    recent = pc.greater_equal(origins, pa.scalar(newest[0], pa.date32()))
    older = pc.invert(recent)
    if trained_at is not None:
        last = trained_at - timedelta(days=settings.horizon_days)
        older = pc.and_(older, pc.less_equal(origins, pa.scalar(last, pa.date32())))
    return panel.filter(older), panel.filter(recent)


def _thinned(panel: pa.Table, most: int) -> pa.Table:
    """Whole customers, for rows of one customer are not independent: the sample must not split them."""
    step = -(-panel.num_rows // most)
    if step <= 1:
        return panel
    customers = pc.unique(panel.column(CUSTOMER_ID).combine_chunks()).sort()
    return panel.filter(pc.is_in(panel.column(CUSTOMER_ID), value_set=customers[::step]))


def measure(
    reference: pa.Table | pd.DataFrame,
    recent: pa.Table | pd.DataFrame,
    features: Sequence[Described],
    settings: Settings,
    use: Mapping[str, float] | None = None,
) -> DriftRecord:
    """Compare the features, the label rate and the predictions of two samples of pairs.

    Numeric columns get ``ks`` (with p-value), ``wasserstein`` (in standard deviations), ``psi``,
    ``psi_noise`` and ``js``; categorical ones ``chi2`` (with p-value), ``cramers_v`` (bias-corrected),
    ``psi``, ``psi_noise``, ``js`` and ``unseen`` (mass of categories that the reference lacks). Tests count
    effective rows, see :mod:`sodai.drift.effective`. ``effect`` holds the distance against healthy weeks, see
    :mod:`sodai.drift.healthy`.

    Parameters
    ----------
    reference, recent : pa.Table or DataFrame
        Rows with ``customer_id``, the feature columns and, where they exist, ``weight`` (inverse of the
        sampling rate), ``origin``, ``label`` and ``probability``.
    features : sequence of Feature
        Name, family and kind of each column to compare.
    settings : Settings
        ``drift`` says what is too little data; ``learning.threads`` columns are measured at a time.
    use : mapping, optional
        Each feature's share in what the champion's scores depend on.

    Returns
    -------
    DriftRecord
        Too little data is reported as "insufficient", never as an absence of drift.
    """
    empty = next(
        (side for side, rows in (("reference", reference), ("recent", recent)) if not len(rows)), None
    )
    if empty:
        return _nothing(f"there are no {empty} rows", reference, recent)
    pooled = Pooled.of(reference, recent)
    uses = use or {}
    asked = [ColumnDrift(f.name, f.family, f.kind, "measured", use=uses.get(f.name)) for f in features]
    extra = [
        ColumnDrift(name, family, kind, "measured")
        for name, family, kind in ((LABEL, "label", "categorical"), (PROBABILITY, "prediction", "numeric"))
        if all(pooled.has(name))
    ]
    with ThreadPoolExecutor(settings.learning.threads) as pool:
        found = list(
            pool.map(lambda column: measure_column(pooled, column, settings.drift), [*asked, *extra])
        )
    columns, others = tuple(_adjusted(found[: len(asked)])), {c.name: c for c in found[len(asked) :]}
    enough = any(c.status == "measured" for c in found)
    return DriftRecord(
        status="measured" if enough else "insufficient",
        note="" if enough else "no column has enough rows and customers on both sides",
        reference=pooled.sides[0],
        recent=pooled.sides[1],
        features=columns,
        label=_with_rates(others[LABEL], pooled) if LABEL in others else None,
        prediction=others.get(PROBABILITY),
        domain=_domain(pooled, columns, settings),
    )


def _domain(pooled: Pooled, columns: Sequence[ColumnDrift], settings: Settings) -> Domain | None:
    names = [c.name for c in columns if c.status == "measured" and c.kind != "categorical"]
    return tell_apart(pooled, names, threads=settings.learning.threads, seed=settings.seed)


def _nothing(note: str, *tables: pa.Table | pd.DataFrame) -> DriftRecord:
    sides = (
        Pooled.of(*tables).sides
        if all(len(t.columns) for t in tables)
        else (Side(0, 0.0, 0, None, None),) * 2
    )
    return DriftRecord("insufficient", note, *sides)


def _with_rates(column: ColumnDrift, pooled: Pooled) -> ColumnDrift:
    rates = [
        float(np.average(pooled.numeric(LABEL, side), weights=weight))
        for side, weight in enumerate(pooled.weight)
    ]
    return replace(column, mean_reference=rates[0], mean_recent=rates[1])


def _adjusted(columns: Sequence[ColumnDrift]) -> list[ColumnDrift]:
    """Add Benjamini-Hochberg q-values of each column's test against its margin."""
    tested = {c.name: c.effect for c in columns if c.effect is not None}
    if not tested:
        return list(columns)
    adjusted = stats.false_discovery_control([effect.p_value for effect in tested.values()])
    effects = {
        name: replace(effect, q_value=float(q))
        for (name, effect), q in zip(tested.items(), adjusted, strict=True)
    }
    return [replace(c, effect=effects.get(c.name)) for c in columns]
