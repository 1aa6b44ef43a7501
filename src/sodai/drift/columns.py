"""One column of both samples: from raw values to the statistics that suit its kind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from sodai.drift import effective, statistics
from sodai.drift.counts import Counts
from sodai.drift.healthy import Movement, movement
from sodai.drift.ordered import Ordered
from sodai.drift.record import ColumnDrift, Effect, Statistic
from sodai.drift.samples import FloatArray, IntArray, Pooled
from sodai.drift.statistics import Sizes
from sodai.settings.model import DriftSettings

MISSING = "(missing)"


def measure_column(pooled: Pooled, column: ColumnDrift, settings: DriftSettings) -> ColumnDrift:
    """Fill in the statistics of ``column``, which names what to measure and of which kind it is."""
    present = pooled.has(column.name)
    if not all(present):
        side = "both sides" if not any(present) else "the recent rows" if present[0] else "the reference"
        return replace(column, status="absent", note=f"the column is missing in {side}")
    return (_categorical if column.kind == "categorical" else _numeric)(pooled, column, settings)


@dataclass(frozen=True, eq=False)
class _Known:
    """The rows of one side whose value is known, and the weighted share of those that are not."""

    values: FloatArray
    weight: FloatArray
    customer: IntArray
    customers: int
    missing: float
    at: IntArray | None

    @classmethod
    def of(cls, pooled: Pooled, name: str, side: int) -> Self:
        values, weight, customer = pooled.numeric(name, side), pooled.weight[side], pooled.customer[side]
        unknown = np.isnan(values)
        if not unknown.any():
            return cls(values, weight, customer, pooled.sides[side].customers, 0.0, None)
        total, at = float(weight.sum()), np.flatnonzero(~unknown)
        missing = float(weight[unknown].sum()) / total if total else 0.0
        customer = customer[at]
        return cls(values[at], weight[at], customer, _distinct(customer), missing, at)

    def spread(self, bins: npt.NDArray[np.int16], rows: int, missing: int) -> npt.NDArray[np.int16]:
        """Give every row of the side its bin; what is missing has one of its own."""
        if self.at is None:
            return bins
        codes = np.full(rows, missing, np.int16)
        codes[self.at] = bins
        return codes


def _numeric(pooled: Pooled, column: ColumnDrift, settings: DriftSettings) -> ColumnDrift:
    old, new = sides = [_Known.of(pooled, column.name, side) for side in (0, 1)]
    column = replace(column, missing_reference=old.missing, missing_recent=new.missing)
    if not (old.weight.sum() and new.weight.sum()):
        return replace(column, status="insufficient", note="a side has no value at all")
    ordered = Ordered.of(np.concatenate([old.values, new.values]), _signed(pooled, old, new))
    varied = float(np.ptp(old.values)) > 0
    column = replace(column, constant=varied and float(np.ptp(new.values)) == 0)
    if varied and ordered.distinct <= sum(pooled.weeks) and _one_value_a_week(pooled, sides):
        return replace(column, status="insufficient", note="one value for all pairs of a week")
    column = replace(column, mean_reference=ordered.means[0], mean_recent=ordered.means[1])
    cut, ranks = len(old.values), ordered.given_ranks()
    rows = [
        effective.of_numbers(own, side.weight, side.customer)
        for own, side in zip((ranks[:cut], ranks[cut:]), sides, strict=True)
    ]
    column, enough = _sized(column, rows, [side.customers for side in sides], settings)
    if not enough:
        return column
    bins = ordered.given_bins(settings.bins)
    codes = tuple(
        side.spread(own, len(weight), settings.bins)
        for side, own, weight in zip(sides, (bins[:cut], bins[cut:]), pooled.weight, strict=True)
    )
    counts = Counts.of(pooled, (codes[0], codes[1]), settings.bins + 1)
    moved = movement(pooled, counts, settings.smallest_effect)
    told = _of_numbers(ordered, counts, Sizes(*rows))
    return replace(column, statistics=told, effect=_effect(moved, pooled, settings), stake=counts.stake())


def _signed(pooled: Pooled, old: _Known, new: _Known) -> FloatArray:
    """Masses of the rows with a value; those of the recent side below 0."""
    if old.at is None and new.at is None:
        return pooled.signed
    return np.concatenate([old.weight / old.weight.sum(), new.weight / -new.weight.sum()])


def _one_value_a_week(pooled: Pooled, sides: Sequence[_Known]) -> bool:
    origins = (
        origin if side.at is None else origin[side.at]
        for origin, side in zip(pooled.origin, sides, strict=True)
    )
    return all(
        effective.one_value_a_week(side.values, origin) for side, origin in zip(sides, origins, strict=True)
    )


def _effect(moved: Movement, pooled: Pooled, settings: DriftSettings) -> Effect:
    low, high = moved.effect.interval(settings.confidence)
    p_value = moved.effect.p_above(moved.margin)
    since = None if moved.since is None else pooled.recent_origins()[moved.since]
    bounds = max(0.0, low), min(1.0, high)
    return Effect(moved.effect.value, *bounds, moved.usual, moved.margin, p_value, p_value, since)


def _of_numbers(ordered: Ordered, counts: Counts, sizes: Sizes) -> tuple[Statistic, ...]:
    """Statistics on all values, and on the masses of the bins."""
    reference, recent = counts.masses(0), counts.masses(1)
    gap, p_value = statistics.kolmogorov_smirnov(ordered.largest_gap(), sizes)
    distance = statistics.wasserstein(ordered.values, ordered.mixture, ordered.gaps)
    return (
        Statistic("ks", gap, p_value),
        Statistic("wasserstein", distance),
        Statistic("psi", statistics.population_stability(reference, recent)),
        Statistic("psi_noise", statistics.stability_noise(reference, recent, sizes)),
        Statistic("js", statistics.jensen_shannon(reference, recent)),
    )


def _categorical(pooled: Pooled, column: ColumnDrift, settings: DriftSettings) -> ColumnDrift:
    old_codes, new_codes, names = pooled.categories(column.name)
    codes = [np.where(side < 0, len(names), side) for side in (old_codes, new_codes)]
    names = [*names, MISSING]
    counts = Counts.of(pooled, (codes[0], codes[1]), len(names))
    old, new = counts.masses(0), counts.masses(1)
    column = replace(
        column,
        missing_reference=float(old[-1]),
        missing_recent=float(new[-1]),
        constant=int((new > 0).sum()) == 1 < int((old > 0).sum()),
        moved_most=names[int(np.abs(new - old).argmax())] if (old != new).any() else None,
    )
    rows = [
        effective.of_categories(*s)
        for s in zip(codes, pooled.weight, pooled.customer, strict=True)
        if len(s[0])
    ]
    column, enough = _sized(column, rows, [side.customers for side in pooled.sides], settings)
    if not enough:
        return column
    sizes = Sizes(*rows)
    moved = movement(pooled, counts, settings.smallest_effect)
    statistic, p_value, association = statistics.chi_square(old, new, sizes)
    return replace(
        column,
        statistics=(
            Statistic("chi2", statistic, p_value),
            Statistic("cramers_v", association),
            Statistic("psi", statistics.population_stability(old, new)),
            Statistic("psi_noise", statistics.stability_noise(old, new, sizes)),
            Statistic("js", statistics.jensen_shannon(old, new)),
            Statistic("unseen", float(new[old == 0].sum())),
        ),
        effect=_effect(moved, pooled, settings),
        stake=counts.stake(),
    )


def _sized(
    column: ColumnDrift, rows: list[float], customers: list[int], settings: DriftSettings
) -> tuple[ColumnDrift, bool]:
    rows = rows if len(rows) == 2 else [0.0, 0.0]
    column = replace(column, effective_reference=rows[0], effective_recent=rows[1])
    if min(customers) < settings.min_customers:
        note = f"{min(customers)} customers on a side, {settings.min_customers} needed"
        return replace(column, status="insufficient", note=note), False
    if min(rows) < settings.min_effective_rows:
        note = f"{min(rows):.0f} effective rows on a side, {settings.min_effective_rows} needed"
        return replace(column, status="insufficient", note=note), False
    return column, True


def _distinct(codes: IntArray) -> int:
    return int(np.count_nonzero(np.bincount(codes)))
