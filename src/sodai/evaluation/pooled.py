"""Metrics over all pairs of a week, for every column of a matrix of customer weights at once.

Sums of something per row become sums per customer first, so a replicate costs as many operations as there
are customers. Only the two areas need the rows: they are sorted once, cut into runs between the thresholds at
which something was bought, and one sparse product counts each run for all replicates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sodai.evaluation.weeks import Bools, Floats, Ints, Week

ECE_BINS = 20
CLIP = 1e-6
_BLOCK = 200_000
_LITTLE = np.finfo(np.float64).tiny


@dataclass(frozen=True)
class Ranked:
    """A week with one score: ``order`` holds the rows best first, ties by customer and product."""

    week: Week
    probability: Floats
    order: Ints

    @classmethod
    def of(cls, week: Week, score: str) -> "Ranked":
        """Sort the rows of ``week`` by ``score``."""
        probability = week.scores[score]
        return cls(week, probability, np.argsort(-probability, kind="stable"))

    def within(self, part: Week, keep: Bools) -> "Ranked":
        """Rank a slice without sorting again: ``part`` is ``week.where(keep)``."""
        place = np.cumsum(keep) - 1
        return Ranked(part, self.probability[keep], place[self.order[keep[self.order]]])


def pooled_metrics(ranked: Ranked, cut: float, weights: Floats) -> dict[str, Floats]:
    """PR-AUC, ROC-AUC, log-loss, Brier, ECE, F1 at ``cut`` (NaN: no F1) and sum(p)/sum(y).

    Parameters
    ----------
    ranked : Ranked
    cut : float
        A pair counts as predicted when its probability is at least this.
    weights : ndarray of shape (customers of the week, replicates)

    Returns
    -------
    dict of str to ndarray of shape (replicates,)
        NaN where nothing was bought (PR-AUC, ROC-AUC, F1, sum(p)/sum(y)) or everything was (ROC-AUC).
    """
    week, p = ranked.week, ranked.probability
    y = week.label.astype(np.float64)
    q = np.clip(p, CLIP, 1 - CLIP)
    called = p >= cut
    columns = (
        y,
        np.ones_like(p),
        p,
        -np.where(week.label, np.log(q), np.log1p(-q)),
        (p - y) ** 2,
        called,
        called & week.label,
    )
    table = [np.bincount(week.customer, column, week.n_customers) for column in columns]
    sums = np.vstack([*table, _calibration_gaps(ranked)]) @ weights
    bought, pairs, expected, loss, square, predicted, hits = sums[: len(table)]
    pr_auc, roc_auc = areas(ranked, weights, bought, pairs - bought)
    return {
        "pr_auc": pr_auc,
        "roc_auc": roc_auc,
        "log_loss": ratio(loss, pairs),
        "brier": ratio(square, pairs),
        "ece": ratio(np.abs(sums[len(table) :]).sum(0), pairs),
        "f1": ratio(2 * hits, np.where((bought > 0) & np.isfinite(cut), predicted + bought, 0.0)),
        "sum_ratio": ratio(expected, bought),
    }  # fmt: skip


def ratio(top: Floats | Ints, bottom: Floats | Ints) -> Floats:
    """Divide; NaN where ``bottom`` is 0."""
    quotient: Floats = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
    return quotient


def mass_edges(probability: Floats) -> Floats:
    """Edges of up to 20 bins of equal mass: the distinct twentieths of the probabilities."""
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, ECE_BINS + 1)))
    return edges if len(edges) > 1 else np.array([edges[0], edges[0] + 1e-9])


def _calibration_gaps(ranked: Ranked) -> Floats:
    """Sum of p - y by bin and customer. The bins stay those of the unweighted week."""
    week, p = ranked.week, ranked.probability
    edges = mass_edges(p)
    bins = len(edges) - 1
    which = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, bins - 1)
    cell = which * week.n_customers + week.customer
    gaps = np.bincount(cell, weights=p - week.label, minlength=bins * week.n_customers)
    return gaps.astype(np.float64).reshape(bins, week.n_customers)


def areas(ranked: Ranked, weights: Floats, bought: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Average precision and area under the ROC curve; rows with one score are one threshold.

    AP is the sum over thresholds of precision times the step in recall. ROC-AUC is the weighted share of
    (bought, not bought) pairs of rows in the right order, ties counting a half.
    """
    runs = _Runs.of(ranked)
    if runs is None:
        return np.full_like(bought, np.nan), np.full_like(bought, np.nan)
    precision_sum, above_sum = np.empty_like(bought), np.empty_like(bought)
    for block in _column_blocks(runs.bought.shape[0], weights.shape[1]):
        drawn = np.ascontiguousarray(weights[:, block], dtype=np.float32)
        hits = runs.bought @ drawn
        false = np.cumsum(runs.others @ drawn, axis=0, dtype=np.float64)
        above_sum[block] = np.einsum("ij,ij->j", hits, false)
        if runs.tied.nnz:
            above_sum[block] -= np.einsum("ij,ij->j", hits, runs.tied @ drawn, dtype=np.float64) / 2
        true = np.cumsum(hits, axis=0, dtype=np.float64)
        called = np.maximum(np.add(true, false, out=false), _LITTLE, out=false)
        precision_sum[block] = np.einsum("ij,ij->j", hits, np.divide(true, called, out=true))
    return ratio(precision_sum, bought), 1 - ratio(above_sum, bought * others)


@dataclass(frozen=True)
class _Runs:
    """How many pairs of each customer fall into each run of the ranking: matrices of shape (runs, customers).

    A run ends with a threshold at which something was bought: ``bought`` at it, ``others`` not bought and
    ranked after the threshold before, of which ``tied`` share the score of the bought. What ranks below the
    last threshold is left out.
    """

    bought: csr_array
    others: csr_array
    tied: csr_array

    @classmethod
    def of(cls, ranked: Ranked) -> "_Runs | None":
        """Cut a ranking into runs; None when nothing was bought."""
        p, label = ranked.probability[ranked.order], ranked.week.label[ranked.order]
        if not label.any():
            return None
        tie = np.cumsum(np.r_[False, p[1:] != p[:-1]])
        ends_run = np.zeros(tie[-1] + 1, np.bool_)
        ends_run[tie[label]] = True
        run = (np.cumsum(ends_run) - ends_run)[tie]
        customer, n_runs = ranked.week.customer[ranked.order], int(ends_run.sum())

        def count(keep: Bools) -> csr_array:
            starts = np.r_[0, np.cumsum(np.bincount(run[keep], minlength=n_runs))]
            shape = (n_runs, ranked.week.n_customers)
            return csr_array((np.ones(starts[-1], np.float32), customer[keep], starts), shape=shape)

        return cls(
            bought=count(label), others=count(~label & (run < n_runs)), tied=count(~label & ends_run[tie])
        )


def _column_blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of replicates whose counts fit the processor's cache, at least 16 wide."""
    step = max(16, _BLOCK // rows)
    for first in range(0, columns, step):
        yield slice(first, min(columns, first + step))
