"""The last step of a study: the best of each family meet on all the rows, and a blend may join."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from sodai.learning.algorithms import build
from sodai.learning.algorithms.blend import combine, fit_weights
from sodai.learning.choice import Verdict
from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.measures import Floats, average_precision
from sodai.settings import Settings

NEEDED_GAIN: Final = 0.001
WITHIN_REACH: Final = 0.03


@dataclass(frozen=True, eq=False)
class Finalists:
    """By family: settled config, score of each validation row, PR-AUC."""

    configs: dict[str, dict[str, Any]]
    scores: dict[str, Floats]
    values: dict[str, float]

    @classmethod
    def fit(
        cls, configs: Mapping[str, dict[str, Any]], design: Design, held: Frame, settings: Settings
    ) -> Self:
        """Fit each config on ``design`` and score ``held``."""
        judged = Design.of(held, design.schema)
        settled, scores, values = {}, {}, {}
        for family, config in configs.items():
            fitted = build(family, config, seed=settings.seed, threads=settings.learning.threads)
            fitted.fit(design, judged)
            settled[family] = fitted.config.model_dump()
            scores[family] = fitted.predict_matrix(judged.matrix)
            values[family] = average_precision(held.label, scores[family], held.weight)
        return cls(settled, scores, values)

    @property
    def best(self) -> str:
        """Family with the highest value; of equals, the one that comes first."""
        return max(self.values, key=lambda family: self.values[family])


def judge(finalists: Finalists, held: Frame) -> tuple[Verdict, dict[str, dict[str, Any]], Floats]:
    """Choose between the best family and a blend.

    The blend must be worth its several models: on weeks after those that its weights were fitted on, its
    PR-AUC has to be ``NEEDED_GAIN`` above the best family's, on the mean of the weeks.

    Returns
    -------
    verdict : Verdict
    configs : dict
        By family; with ``blend`` if it was chosen.
    scores : ndarray
        What the chosen one gives to the rows of ``held``.
    """
    best = finalists.best
    near = {
        family: scores
        for family, scores in finalists.scores.items()
        if finalists.values[family] >= finalists.values[best] - WITHIN_REACH
    }
    gain = _blend_gain(near, best, held) if len(near) > 1 else None
    if gain is None or gain < NEEDED_GAIN:
        verdict = Verdict(best, finalists.values, (), gain, NEEDED_GAIN)
        return verdict, finalists.configs, finalists.scores[best]
    weights = fit_weights(near, held.label, held.weight)
    members = {family: finalists.configs[family] for family in weights}
    scores = combine(near, weights)
    values = finalists.values | {"blend": average_precision(held.label, scores, held.weight)}
    blend: dict[str, Any] = {"members": members, "weights": weights}
    return (
        Verdict("blend", values, tuple(members), gain, NEEDED_GAIN),
        finalists.configs | {"blend": blend},
        scores,
    )


def _blend_gain(scores: Mapping[str, Floats], best: str, held: Frame) -> float | None:
    """PR-AUC of the blend less that of ``best``: mean over the weeks, each after those its weights came from.

    Week by week, because the level differs between weeks and fits, and only the order counts here.
    """
    gains = []
    for week in np.unique(held.origin)[1:]:
        before, now = held.origin < week, held.origin == week
        label, weight = held.label[now], held.weight[now]
        if not ((held.label[before] == 1).any() and (label == 1).any()):
            continue
        earlier = {family: score[before] for family, score in scores.items()}
        weights = fit_weights(earlier, held.label[before], held.weight[before])
        blended = combine({family: scores[family][now] for family in weights}, weights)
        alone = average_precision(label, scores[best][now], weight)
        gains.append(average_precision(label, blended, weight) - alone)
    return float(np.mean(gains)) if gains else None
