"""Curves of the run report, computed from the judged rows: precision-recall, calibration, figures by K."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]

PR_POINTS = 150
CALIBRATION_BINS = 15
LONGEST_LIST = 20


@dataclass(frozen=True)
class Judged:
    """Rows to draw: week and customer of each as codes, label, and a score by name."""

    week: NDArray[np.intp]
    customer: NDArray[np.intp]
    label: Labels
    scores: Mapping[str, Floats]


@dataclass(frozen=True)
class Points:
    """A line to draw; ``size`` is how many rows stand behind each point, where that says something."""

    score: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    size: tuple[int, ...] = ()


@dataclass(frozen=True)
class Curves:
    """Everything that the report draws from rows, a line a score."""

    precision_recall: tuple[Points, ...] = ()
    calibration: tuple[Points, ...] = ()
    precision_at: tuple[Points, ...] = ()
    recall_at: tuple[Points, ...] = ()


def curves_of(judged: Judged, calibrated: str) -> Curves:
    """Compute the curves of all scores, and the calibration of the one named ``calibrated``."""
    if not judged.label.any():
        return Curves()
    lists = {name: lists_at(judged, score) for name, score in judged.scores.items()}
    ks = tuple(float(k) for k in range(1, LONGEST_LIST + 1))
    return Curves(
        precision_recall=tuple(
            Points(name, *precision_recall(judged.label, score)) for name, score in judged.scores.items()
        ),
        calibration=(Points(calibrated, *calibration(judged.label, judged.scores[calibrated])),),
        precision_at=tuple(Points(name, ks, precision) for name, (precision, _) in lists.items()),
        recall_at=tuple(Points(name, ks, recall) for name, (_, recall) in lists.items()),
    )


def precision_recall(label: Labels, score: Floats) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Recall and precision at thresholds spread evenly over recall."""
    order = np.argsort(-score, kind="stable")
    last_of_step = np.append(np.diff(score[order]) != 0, True)
    hits = np.cumsum(label[order])[last_of_step]
    shown = np.flatnonzero(last_of_step) + 1
    recall, precision = hits / hits[-1], hits / shown
    wanted = np.searchsorted(recall, np.linspace(recall[0], 1, PR_POINTS))
    kept = np.unique(np.minimum(wanted, len(recall) - 1))
    return _plain(recall[kept]), _plain(precision[kept])


def calibration(
    label: Labels, probability: Floats
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[int, ...]]:
    """Mean probability, share bought and rows of bins that expect equally many purchases."""
    order = np.argsort(probability, kind="stable")
    expected = np.cumsum(probability[order])
    if not expected[-1]:
        return (), (), ()
    place = np.minimum((expected / expected[-1] * CALIBRATION_BINS).astype(np.intp), CALIBRATION_BINS - 1)
    size = np.bincount(place, minlength=CALIBRATION_BINS)
    filled = size > 0
    mean = np.bincount(place, probability[order], CALIBRATION_BINS)[filled] / size[filled]
    bought = np.bincount(place, label[order], CALIBRATION_BINS)[filled] / size[filled]
    return _plain(mean), _plain(bought), tuple(size[filled].tolist())


def lists_at(judged: Judged, score: Floats) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Precision and recall at K = 1, 2, ...: mean over customers who bought, then over weeks."""
    weeks = [_lists_of_week(judged, score, judged.week == week) for week in np.unique(judged.week)]
    precision, recall = (np.mean([one[at] for one in weeks if one is not None], axis=0) for at in (0, 1))
    return _plain(precision), _plain(recall)


def _lists_of_week(judged: Judged, score: Floats, rows: NDArray[np.bool_]) -> tuple[Floats, Floats] | None:
    customer, label = judged.customer[rows], judged.label[rows]
    order = np.lexsort((-score[rows], customer))
    customer, label = customer[order], label[order]
    first = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    place = np.arange(len(customer)) - np.repeat(first, np.diff(np.append(first, len(customer))))
    bought = np.bincount(customer, label)
    buyers = np.flatnonzero(bought)
    if not len(buyers):
        return None
    hits = np.zeros((len(bought), LONGEST_LIST))
    listed = place < LONGEST_LIST
    hits[customer[listed], place[listed]] = label[listed]
    got = np.cumsum(hits[buyers], axis=1)
    precision: Floats = (got / np.arange(1, LONGEST_LIST + 1)).mean(axis=0)
    recall: Floats = (got / bought[buyers, None]).mean(axis=0)
    return precision, recall


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(np.round(values, 5).tolist())
