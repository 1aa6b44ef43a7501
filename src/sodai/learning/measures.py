"""What the study compares by: measures of scores in which a sampled negative stands for several pairs."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EDGE = 1e-9


def average_precision(label: NDArray[np.int8], score: Floats, weight: Floats) -> float:
    """Area under the precision-recall curve by steps; 0 where there are no positives.

    Rows with one score are one step, so their order does not matter.

    >>> average_precision(np.array([1, 0, 1]), np.array([0.9, 0.8, 0.1]), np.array([1.0, 2.0, 1.0]))
    0.75
    """
    positives = float(weight[label == 1].sum())
    if positives == 0:
        return 0.0
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    last_of_step = np.append(ordered[1:] != ordered[:-1], True)
    hits = np.cumsum(np.where(label[order] == 1, weight[order], 0.0))[last_of_step]
    shown = np.cumsum(weight[order])[last_of_step]
    return float(np.sum(np.diff(hits, prepend=0.0) * hits / shown) / positives)


def log_losses(label: NDArray[np.int8], probability: Floats) -> Floats:
    """Negative log-likelihood of each pair, in nats."""
    kept = np.clip(probability, EDGE, 1 - EDGE)
    return -np.where(label == 1, np.log(kept), np.log1p(-kept))


def logit(probability: Floats, edge: float = EDGE) -> Floats:
    """Log-odds, of probabilities kept ``edge`` away from 0 and 1."""
    kept = np.clip(probability, edge, 1 - edge)
    odds: Floats = np.log(kept) - np.log1p(-kept)
    return odds


def expit(log_odds: Floats) -> Floats:
    """Probability of log-odds."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -35.0, 35.0)))
