"""Random scored rows, and the metrics of a week by definition, without the room's arithmetic."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from sodai.evaluation import ScoredRows
from sodai.evaluation.weeks import Week, split

MONDAY = np.datetime64("2024-11-04")


@dataclass(frozen=True)
class Shape:
    """How random rows look. ``levels``: distinct scores, 0 for continuous. ``kept``: share of the pairs."""

    seed: int
    weeks: int = 1
    customers: int = 6
    products: int = 7
    levels: int = 0
    rate: float = 0.3
    kept: float = 1.0


shapes = st.builds(
    Shape,
    seed=st.integers(0, 2**32 - 1),
    weeks=st.just(1),
    customers=st.integers(1, 9),
    products=st.integers(1, 14),
    levels=st.sampled_from([0, 0, 1, 2, 5]),
    rate=st.sampled_from([0.05, 0.3, 0.7]),
    kept=st.sampled_from([1.0, 0.6]),
)


def random_rows(shape: Shape, scores: tuple[str, ...] = ("a",)) -> ScoredRows:
    """Pairs in random order, with at least one row a week."""
    rng = np.random.default_rng(shape.seed)
    customer_ids = rng.permutation(1000)[: shape.customers]
    product_ids = rng.permutation(1000)[: shape.products]
    parts = []
    for week in range(shape.weeks):
        c, p = (grid.ravel() for grid in np.meshgrid(customer_ids, product_ids))
        keep = rng.random(len(c)) < shape.kept
        keep[0] = True
        parts.append((np.full(keep.sum(), MONDAY + 7 * week), c[keep], p[keep]))
    origin, customer, product = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = rng.permutation(len(origin))
    return ScoredRows(
        origin=origin[order],
        customer=customer[order],
        product=product[order],
        label=(rng.random(len(order)) < shape.rate).astype(np.int8),
        seen=rng.random(len(order)) < 0.5,
        scores={name: _scores(rng, len(order), shape.levels) for name in scores},
        customer_type=np.array(["kiosk", "bar"], object)[customer[order] % 2],
        product_group=product[order] % 4,
    )


def _scores(rng: np.random.Generator, n: int, levels: int) -> np.ndarray:
    return rng.integers(0, levels, n) / max(1, levels) if levels else rng.random(n)


def only_week(rows: ScoredRows) -> Week:
    """The one week of the rows."""
    (week,) = split(rows)
    return week


def customer_lists(week: Week, p: np.ndarray, eligible: np.ndarray) -> dict[int, list[int]]:
    """Rows of each customer, best first, ties by product: sorted by Python, customer by customer."""
    rows: dict[int, list[int]] = {}
    for row in range(len(p)):
        if eligible[row]:
            rows.setdefault(int(week.customer[row]), []).append(row)
    return {c: sorted(mine, key=lambda r: (-p[r], week.product[r])) for c, mine in rows.items()}


def by_definition(week: Week, p: np.ndarray, k: int) -> dict[str, float]:
    """Ranking metrics of a week at ``k``, all pairs and novel pairs, averaged over customers who bought."""
    everything = np.ones(len(p), bool)
    found = _ranking(week, p, week.label, everything, k)
    novel = _ranking(week, p, week.label & ~week.seen, ~week.seen, k)
    return found | {f"novel_{name}": value for name, value in novel.items()}


def _ranking(
    week: Week, p: np.ndarray, relevant: np.ndarray, eligible: np.ndarray, k: int
) -> dict[str, float]:
    names = ("precision", "recall", "ndcg", "map", "hit")
    per_customer = [
        _one_customer([bool(relevant[r]) for r in rows], k)
        for rows in customer_lists(week, p, eligible).values()
        if any(relevant[r] for r in rows)
    ]
    if not per_customer:
        return {f"{name}@{k}": math.nan for name in names}
    return {f"{name}@{k}": float(np.mean([one[name] for one in per_customer])) for name in names}


def _one_customer(hits: list[bool], k: int) -> dict[str, float]:
    n, first = sum(hits), hits[:k]
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(first) if hit)
    best = sum(1 / math.log2(place + 2) for place in range(min(k, n)))
    precisions = [sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(first) if hit]
    return {
        "precision": sum(first) / k,
        "recall": sum(first) / n,
        "ndcg": gain / best,
        "map": sum(precisions) / min(k, n),
        "hit": float(any(first)),
    }


def equal_mass_ece(label: np.ndarray, p: np.ndarray) -> float:
    """ECE in up to 20 bins between the distinct twentieths; each bin holds its lower edge, the last both."""
    edges = sorted(set(np.quantile(p, np.linspace(0, 1, 21)).tolist()))
    if len(edges) == 1:
        return abs(float(np.mean(p) - np.mean(label)))
    total = 0.0
    for low, high in pairwise(edges):
        inside = (p >= low) & ((p < high) | ((high == edges[-1]) & (p <= high)))
        total += abs(float(p[inside].sum() - label[inside].sum()))
    return total / len(p)
