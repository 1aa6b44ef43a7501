"""One column of both samples: from raw values to the statistics that suit its kind."""

from dataclasses import dataclass, replace

import numpy as np

from sodai.drift import effective, statistics
from sodai.drift.healthy import Movement, movement
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


@dataclass(frozen=True)
class _Known:
    """The rows of one side whose value is known, and the weighted share of those that are not."""

    values: FloatArray
    weight: FloatArray
    customer: IntArray
    origin: IntArray
    missing: float
    at: IntArray


@dataclass(frozen=True)
class _Sorted:
    """Both sides' masses on the distinct values, ascending, and each row's rank in the equal mixture."""

    values: FloatArray
    reference: FloatArray
    recent: FloatArray
    ranks: tuple[FloatArray, FloatArray]


def _numeric(pooled: Pooled, column: ColumnDrift, settings: DriftSettings) -> ColumnDrift:
    old, new = (_known(pooled, column.name, side) for side in (0, 1))
    column = replace(column, missing_reference=old.missing, missing_recent=new.missing)
    if not (old.weight.sum() and new.weight.sum()):
        return replace(column, status="insufficient", note="a side has no value at all")
    constant = float(np.ptp(old.values)) > 0 and float(np.ptp(new.values)) == 0
    column = replace(column, constant=constant)
    if np.ptp(old.values) > 0 and all(effective.one_value_a_week(s.values, s.origin) for s in (old, new)):
        return replace(column, status="insufficient", note="one value for all pairs of a week")
    placed = _sort(old, new)
    column = replace(
        column,
        mean_reference=float(placed.reference @ placed.values),
        mean_recent=float(placed.recent @ placed.values),
    )
    rows = [
        effective.of_numbers(ranks, side.weight, side.customer)
        for ranks, side in zip(placed.ranks, (old, new), strict=True)
    ]
    column, enough = _sized(column, rows, [_distinct(side.customer) for side in (old, new)], settings)
    if not enough:
        return column
    codes = tuple(
        _row_bins(side, ranks, len(weight), settings.bins)
        for side, ranks, weight in zip((old, new), placed.ranks, pooled.weight, strict=True)
    )
    masses = [_masses(c, w, settings.bins + 1) for c, w in zip(codes, pooled.weight, strict=True)]
    told = _of_numbers(placed, masses[0], masses[1], Sizes(*rows))
    moved = movement(pooled, (codes[0], codes[1]), settings.bins + 1, settings.smallest_effect)
    return replace(column, statistics=told, effect=_effect(moved, pooled, settings))


def _row_bins(side: _Known, ranks: FloatArray, rows: int, bins: int) -> IntArray:
    """Bin of every row, by quantiles of the mixture; what is missing has one of its own."""
    codes = np.full(rows, bins, dtype=np.int64)
    # The order of sums must not decide: hence the rounding.
    codes[side.at] = np.minimum(np.round(ranks * bins, 9).astype(np.int64), bins - 1)
    return codes


def _effect(moved: Movement, pooled: Pooled, settings: DriftSettings) -> Effect:
    low, high = moved.effect.interval(settings.confidence)
    p_value = moved.effect.p_above(moved.margin)
    since = None if moved.since is None else pooled.recent_origins()[moved.since]
    bounds = max(0.0, low), min(1.0, high)
    return Effect(moved.effect.value, *bounds, moved.usual, moved.margin, p_value, p_value, since)


def _of_numbers(
    placed: _Sorted, reference: FloatArray, recent: FloatArray, sizes: Sizes
) -> tuple[Statistic, ...]:
    """Statistics on all values, and on the masses of the bins."""
    gap, p_value = statistics.kolmogorov_smirnov(placed.reference, placed.recent, sizes)
    distance = statistics.wasserstein(placed.values, placed.reference, placed.recent)
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
    masses = [_masses(c, w, len(names)) for c, w in zip(codes, pooled.weight, strict=True)]
    old, new = masses
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
    column, enough = _sized(column, rows, [_distinct(c) for c in pooled.customer], settings)
    if not enough:
        return column
    sizes = Sizes(*rows)
    moved = movement(pooled, (codes[0], codes[1]), len(names), settings.smallest_effect)
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


def _known(pooled: Pooled, name: str, side: int) -> _Known:
    values, weight = pooled.numeric(name, side), pooled.weight[side]
    known = ~np.isnan(values)
    total = float(weight.sum())
    missing = float(weight[~known].sum()) / total if total else 0.0
    customer, origin = pooled.customer[side][known], pooled.origin[side][known]
    return _Known(values[known], weight[known], customer, origin, missing, np.flatnonzero(known))


def _distinct(codes: IntArray) -> int:
    return int(np.count_nonzero(np.bincount(codes)))


def _masses(codes: IntArray, weight: FloatArray, categories: int) -> FloatArray:
    counted = np.asarray(np.bincount(codes, weights=weight, minlength=categories), dtype=np.float64)
    return counted / counted.sum() if counted.sum() else counted


def _sort(old: _Known, new: _Known) -> _Sorted:
    values = np.concatenate([old.values, new.values])
    order: IntArray = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    first = np.concatenate([old.weight / old.weight.sum(), np.zeros(len(new.values))])
    last = np.concatenate([np.zeros(len(old.values)), new.weight / new.weight.sum()])
    reference: FloatArray = np.add.reduceat(first[order], starts)
    recent: FloatArray = np.add.reduceat(last[order], starts)
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(_middle(reference, recent), np.diff(np.append(starts, len(values))))
    cut = len(old.values)
    return _Sorted(ordered[starts].astype(np.float64), reference, recent, (ranks[:cut], ranks[cut:]))


def _middle(reference: FloatArray, recent: FloatArray) -> FloatArray:
    """Mid-rank of each distinct value in the equal mixture, 0 to 1."""
    mixture = (reference + recent) / 2
    middle: FloatArray = np.cumsum(mixture) - mixture / 2
    return middle
