"""The main metrics again, on the customers of one class at a time: by type, and by how much they buy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from sodai.evaluation.catalogue import catalogue
from sodai.evaluation.pooled import Ranked, pooled_metrics
from sodai.evaluation.ranking import ranking_metrics, top_rows
from sodai.evaluation.report import SliceMeasurement, interval_fields
from sodai.evaluation.resampling import interval, mean_over_weeks
from sodai.evaluation.weeks import Bools, Floats, Week
from sodai.settings.model import EvaluationSettings

POOLED = ("pr_auc", "ece", "sum_ratio")
RANKING = ("recall", "ndcg")


@dataclass
class _Slice:
    """What is known of one class: who is in it, who bought, and each score's metrics a week."""

    customers: Bools
    buyers: Bools
    place: int
    pairs: int = 0
    positives: int = 0
    found: dict[str, list[dict[str, Floats]]] = field(default_factory=dict)


class SliceCollector:
    """Gathers slice metrics week by week.

    Parameters
    ----------
    weights : ndarray of shape (customers of all weeks, 1 + replicates)
    judging : EvaluationSettings
    """

    def __init__(self, weights: Floats, judging: EvaluationSettings) -> None:
        self._weights, self._judging = weights, judging
        self._slices: dict[tuple[str, str], _Slice] = {}

    def add(self, week: Week, ranked: Mapping[str, Ranked]) -> None:
        """Judge each slice of a week; ``ranked`` holds the ranking of the whole week by each score."""
        for dimension, place, name, keep in _parts(week):
            part = week.where(keep)
            one = self._slices.setdefault((dimension, name), self._empty(place))
            one.customers[part.customers] = True
            one.buyers[part.customers[part.customer[part.label]]] = True
            one.pairs += len(part.label)
            one.positives += int(part.label.sum())
            weights = self._weights[part.customers]
            for score, whole in ranked.items():
                one.found.setdefault(score, []).append(self._metrics(whole.within(part, keep), weights))

    def measurements(self) -> tuple[SliceMeasurement, ...]:
        """One row a slice, metric and score: the mean over the weeks, with its interval."""
        ordered = sorted(self._slices.items(), key=lambda item: (item[0][0], item[1].place))
        return tuple(row for (dimension, name), one in ordered for row in self._rows(dimension, name, one))

    def _rows(self, dimension: str, name: str, one: _Slice) -> Iterator[SliceMeasurement]:
        metrics = {m.name: m for m in catalogue(self._judging.ks)}
        for score, weeks in one.found.items():
            for metric in weeks[0]:
                replicates = mean_over_weeks(np.stack([week[metric] for week in weeks]))
                drawn = replicates if one.buyers.sum() > 1 else replicates[:1]
                found = interval(drawn, self._judging.confidence, 0.0, metrics[metric].high)
                yield SliceMeasurement(
                    dimension=dimension,
                    name=name,
                    customers=int(one.customers.sum()),
                    pairs=one.pairs,
                    positives=one.positives,
                    metric=metric,
                    score=score,
                    **interval_fields(found),
                )

    def _metrics(self, ranked: Ranked, weights: Floats) -> dict[str, Floats]:
        ks = self._judging.ks
        pooled = pooled_metrics(ranked, float("nan"), weights)
        ranking = ranking_metrics(ranked, top_rows(ranked.week, ranked.order, max(ks)), ks, weights)
        wanted = [f"{name}@{k}" for k in ks for name in RANKING]
        return {name: pooled[name] for name in POOLED} | {name: ranking[name] for name in wanted}

    def _empty(self, place: int) -> _Slice:
        customers = len(self._weights)
        return _Slice(np.zeros(customers, np.bool_), np.zeros(customers, np.bool_), place)


def _parts(week: Week) -> Iterator[tuple[str, int, str, Bools]]:
    for dimension, classes in week.classes.items():
        for place, name in enumerate(classes.names):
            keep = classes.code == place
            if keep.any():
                yield dimension, place, name, keep
