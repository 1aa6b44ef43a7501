"""All features at once: whether a classifier can tell the newest weeks from the reference.

The folds divide customers, so that no customer is on both sides of a fold (Lopez-Paz and Oquab 2017,
"Revisiting classifier two-sample tests", with clusters for rows). Features with a memory tell every week from
every other, so the same classifier is asked about two healthy stretches at the same lag.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics import roc_auc_score

from sodai.drift.samples import IntArray, Pooled
from sodai.learning.measures import Floats
from sodai.learning.trees import binning

FOLDS: Final = 4
ROUNDS: Final = 20
MOST_ROWS: Final = 8_000
FEWEST_ROWS: Final = 500
# The fits are so small that threads of one would wait for each other longer than they work.
THREADS: Final = 1
MARGIN: Final = 0.03
PARAMETERS: Final = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.15,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.5,
}


@dataclass(frozen=True)
class Domain:
    """How well the newest weeks are told from the reference.

    Parameters
    ----------
    auc, error : float
        Area under the ROC curve, 0.5 when they are alike, and its standard error over folds of customers.
    usual : float
        The same between two healthy stretches at the same lag; 0.5 where the history is too short for it.
    p_value : float
        Of "not larger than usual by ``MARGIN``".
    features : tuple of str
        Those that tell most.
    """

    auc: float
    error: float
    usual: float
    p_value: float
    features: tuple[str, ...]


def tell_apart(pooled: Pooled, names: list[str], *, threads: int, seed: int) -> Domain | None:
    """Ask the classifier; None where a side has too few rows or features.

    Parameters
    ----------
    pooled : Pooled
    names : list of str
        Numeric features to look at.
    """
    sides: list[IntArray] = [np.arange(len(weight)) for weight in pooled.weight]
    if min(map(len, sides)) < FEWEST_ROWS or pooled.groups < FOLDS or not names:
        return None
    with ThreadPoolExecutor(threads) as pool:
        now = pool.submit(_aucs, pooled, names, sides, (0, 1), seed)
        before = pool.submit(_usual, pooled, names, seed)
        (aucs, gains), usual = now.result(), before.result()
    error = float(aucs.std(ddof=1) / np.sqrt(FOLDS))
    distance = (float(aucs.mean()) - max(usual, 0.5) - MARGIN) / max(error, 1e-6)
    telling = tuple(names[at] for at in np.argsort(-gains, kind="stable")[:5] if gains[at] > 0)
    p_value = float(stats.t.sf(distance, FOLDS - 1))
    return Domain(float(aucs.mean()), error, usual, p_value, telling)


def _usual(pooled: Pooled, names: list[str], seed: int) -> float:
    """Tell the end of the reference from what came before it."""
    origin = pooled.origin[0]
    last = int(origin.max())
    recent = int(pooled.origin[1].max()) + 1
    newer: IntArray = np.flatnonzero(origin > last - recent)
    older: IntArray = np.flatnonzero(origin <= last - recent - pooled.gap_weeks)
    if min(len(newer), len(older)) < FEWEST_ROWS:
        return 0.5
    return float(_aucs(pooled, names, [older, newer], (0, 0), seed)[0].mean())


def _aucs(
    pooled: Pooled, names: list[str], rows: list[IntArray], sides: tuple[int, int], seed: int
) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    rows = [np.sort(rng.permutation(at)[:MOST_ROWS]) for at in rows]
    label = np.repeat([0, 1], [len(at) for at in rows])
    columns = [
        np.concatenate([pooled.numeric(name, side, at) for side, at in zip(sides, rows, strict=True)])
        for name in names
    ]
    matrix = np.column_stack(columns).astype(np.float32)
    weight = np.concatenate([pooled.weight[s][at] for s, at in zip(sides, rows, strict=True)])
    fold = np.concatenate([pooled.group[s][at] for s, at in zip(sides, rows, strict=True)]) % FOLDS
    bins = lgb.Dataset(matrix, label=label, params=binning(THREADS), free_raw_data=False).construct()
    found = [_fold(bins, matrix, label, weight, fold == at) for at in range(FOLDS)]
    return np.array([auc for auc, _ in found]), np.sum([gain for _, gain in found], axis=0)


def _fold(
    bins: lgb.Dataset,
    matrix: NDArray[np.float32],
    label: IntArray,
    weight: Floats,
    held: NDArray[np.bool_],
) -> tuple[float, Floats]:
    """Learn on the customers that are not held, in bins of all rows, and tell the others apart."""
    if len(np.unique(label[held])) < 2 or len(np.unique(label[~held])) < 2:
        return 0.5, np.zeros(matrix.shape[1])
    # Both sides weigh alike, or the classifier would learn how many rows each has.
    total = np.bincount(label[~held], weights=weight[~held])
    learned = np.flatnonzero(~held)
    data = bins.subset(learned.tolist()).construct()
    data.set_weight((weight / total[label])[learned] * len(learned) / 2)
    booster = lgb.train(binning(THREADS) | PARAMETERS, data, num_boost_round=ROUNDS)
    told = booster.predict(matrix[held], num_threads=THREADS)
    auc = roc_auc_score(label[held], told, sample_weight=weight[held])
    return float(auc), np.asarray(booster.feature_importance("gain"), dtype=np.float64)
