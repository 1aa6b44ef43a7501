"""Additive contributions of each algorithm, in log-odds: base + sum of contributions = logit of the score.

Scores are kept off 0 and 1 as a blend keeps those of its members, lest impossible pairs outweigh all others.

Trees: TreeSHAP (Lundberg et al. 2020, Nature Machine Intelligence 2), see ``tree_shap``. Linear models:
coefficient times the distance to the background's mean (Lundberg and Lee 2017, corollary 1). A blend: the
weighted sum of its members. Everything else is asked: over all subsets of a few features, or by the
permutation explainer of shap.
"""

import warnings
from collections.abc import Callable
from itertools import product
from math import comb
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sodai.learning.algorithm import Algorithm
from sodai.learning.algorithms.blend import FLOOR
from sodai.learning.explanation.tree_shap import tree_shap
from sodai.learning.measures import Floats, logit
from sodai.learning.schema import Matrix

Additive = tuple[Floats, Floats]
Ask = Callable[[Floats], Floats]
Split = Callable[[Any, Matrix, Matrix], Additive]

BACKGROUND_ROWS: Final = 50
FEW_FEATURES: Final = 6
FEW_ROWS: Final = 64
SEED: Final = 0


def additive(algorithm: Algorithm[Any], matrix: Matrix, background: Matrix) -> Additive:
    """Split the log-odds of an algorithm's scores into contributions.

    Parameters
    ----------
    algorithm : Algorithm
        A fitted one.
    matrix : ndarray of shape (n, f)
        Rows to explain, encoded by the algorithm's schema.
    background : ndarray of shape (b, f)
        Typical rows. Trees do not need them: they remember what they were grown on.

    Returns
    -------
    values : ndarray of shape (n, f)
    base : ndarray of shape (n,)
    """
    if algorithm.constant is not None or not len(matrix):
        return np.zeros(matrix.shape), np.full(len(matrix), logit(np.array(algorithm.constant or 0.0), FLOOR))
    split: Split = _SPLITS.get(algorithm.name, _by_asking)
    return _kept_within(*split(algorithm, matrix, background))


def _boosting(algorithm: Any, matrix: Matrix, background: Matrix) -> Additive:
    del background
    values, base = np.zeros(matrix.shape), np.zeros(len(matrix))
    first = algorithm.is_first(matrix)
    for rows, boosters in ((~first, (algorithm.booster,)), (first, algorithm.first)):
        at = np.flatnonzero(rows)
        parts = [_of_trees(booster, matrix[at]) for booster in boosters] if len(at) else []
        for pushes, start in parts:
            values[at] += pushes / len(parts)
            base[at] += start / len(parts)
    return values, base


def _of_trees(booster: Any, matrix: Matrix) -> tuple[Floats, float]:
    """Contributions to the sum of the trees; for a few rows LightGBM's own, which reads no trees first."""
    if len(matrix) > FEW_ROWS:
        return tree_shap(booster, matrix)
    values = np.asarray(booster.predict(matrix, pred_contrib=True), np.float64)
    return values[:, :-1], float(values[0, -1])


def _forest(algorithm: Any, matrix: Matrix, background: Matrix) -> Additive:
    """TreeSHAP of the mean of the leaves, each row stretched so that it sums up in log-odds.

    The stretch is the slope of the logit between the base and the row's score (the rescale rule of Shrikumar
    et al. 2017): shares and signs of the contributions stay as they are.
    """
    del background
    sums, expected = _of_trees(algorithm.booster, matrix)
    trees = algorithm.booster.num_trees()
    values, base = sums / trees, np.full(len(matrix), expected / trees)
    pushes = values.sum(axis=1)
    start, end = logit(base, FLOOR), logit(base + pushes, FLOOR)
    flat = np.abs(pushes) < 1e-12
    slope = np.where(flat, 1 / (FLOOR + base * (1 - base)), (end - start) / np.where(flat, 1.0, pushes))
    return values * slope[:, None], np.where(flat, end, start)


def _blend(algorithm: Any, matrix: Matrix, background: Matrix) -> Additive:
    values, base = np.zeros(matrix.shape), np.full(len(matrix), float(algorithm.config.bias))
    for name, weight in algorithm.config.weights.items():
        pushes, start = additive(algorithm.members[name], matrix, background)
        values += weight * pushes
        base += weight * start
    return values, base


def _kept_within(values: Floats, base: Floats) -> Additive:
    """Shrink the contributions of rows whose score is kept off 0 and 1, so that they sum up again."""
    limit = float(-logit(np.array(FLOOR), FLOOR))
    pushes = values.sum(axis=1)
    wanted = np.clip(base + pushes, -limit, limit) - base
    return values * np.divide(wanted, pushes, out=np.ones_like(pushes), where=pushes != 0)[:, None], base


def _logistic(algorithm: Any, matrix: Matrix, background: Matrix) -> Additive:
    inputs, coefficients = algorithm.inputs, np.asarray(algorithm.coefficients, dtype=np.float64)
    center = inputs.apply(background).astype(np.float64).mean(axis=0)
    pushes = (inputs.apply(matrix) - center) * coefficients
    values = np.zeros(matrix.shape)
    for at, column in enumerate(inputs.columns):
        values[:, column] += pushes[:, at]
    base = float(center @ coefficients) + float(algorithm.intercept)
    return values, np.full(len(matrix), base)


def _by_asking(algorithm: Algorithm[Any], matrix: Matrix, background: Matrix) -> Additive:
    """Ask the algorithm itself, changing the features that it says it uses; all where it does not say."""
    importance = algorithm.importance()
    used = [at for at, name in enumerate(algorithm.schema.names) if importance.get(name, 1.0) > 0]

    def odds(part: Floats) -> Floats:
        full = np.full((len(part), matrix.shape[1]), np.nan, dtype=np.float32)
        full[:, used] = part
        return logit(algorithm.predict_matrix(full), FLOOR)

    known = background[_spread(len(background), BACKGROUND_ROWS)][:, used].astype(np.float64)
    explain = _all_subsets if len(used) <= FEW_FEATURES else _permutation
    values = np.zeros(matrix.shape)
    values[:, used], base = explain(odds, matrix[:, used].astype(np.float64), known)
    return values, np.full(len(matrix), base)


def _all_subsets(odds: Ask, rows: Floats, known: Floats) -> tuple[Floats, float]:
    """Shapley values by their definition, over all subsets of a few features."""
    count = rows.shape[1]
    worth = {}
    for subset in product((False, True), repeat=count):
        mixed = np.where(subset, rows[:, None, :], known[None, :, :])
        worth[subset] = odds(mixed.reshape(-1, count)).reshape(len(rows), len(known)).mean(axis=1)
    values = np.zeros(rows.shape)
    for subset, with_it in worth.items():
        size = sum(subset)
        for at in range(count):
            if subset[at]:
                without = (*subset[:at], False, *subset[at + 1 :])
                values[:, at] += (with_it - worth[without]) / (count * comb(count - 1, size - 1))
    return values, float(worth[(False,) * count][0])


def _permutation(odds: Ask, rows: Floats, known: Floats) -> tuple[Floats, float]:
    with warnings.catch_warnings():
        # matplotlib complains of the colours of plots that nobody draws here
        warnings.simplefilter("ignore")
        import shap  # noqa: PLC0415 - takes seconds to import and few models need it

    masker = shap.maskers.Independent(known, max_samples=len(known))
    explainer = shap.PermutationExplainer(odds, masker, seed=SEED)
    found = explainer(rows, max_evals=10 * rows.shape[1] + 5, silent=True)
    return found.values, float(np.ravel(found.base_values)[0])


def _spread(rows: int, most: int) -> NDArray[np.intp]:
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.intp))


_SPLITS: Final[dict[str, Split]] = {
    "blend": _blend,
    "boosting": _boosting,
    "forest": _forest,
    "logistic": _logistic,
}
