"""A blend: the log-odds of several algorithms, weighed and added."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from optuna.trial import BaseTrial

from sodai.learning.algorithm import Algorithm, Config, Probabilities
from sodai.learning.algorithms import build, restore
from sodai.learning.design import Design
from sodai.learning.log_linear import fit_slopes
from sodai.learning.measures import Floats, expit, logit
from sodai.learning.schema import Matrix
from sodai.settings import UsageError

FLOOR: Final = 1e-5
PULL_TO_EQUAL: Final = 1e-3


class BlendConfig(Config):
    """Config of each member by its name, its weight, and what is added to the sum."""

    members: dict[str, dict[str, Any]]
    weights: dict[str, float]
    bias: float = 0.0


class Blend(Algorithm[BlendConfig]):
    """Members fitted on the same rows; score = expit(bias + sum of weight * log-odds of the member)."""

    name = "blend"
    config_type = BlendConfig
    members: dict[str, Algorithm[Any]]

    @classmethod
    def suggest(cls, trial: BaseTrial) -> BlendConfig:
        """Refuse: a blend is made of what a study found, not tried by it."""
        raise UsageError("a blend is not tuned", got=f"trial {trial.number}")

    def _fit(self, design: Design, held: Design | None) -> None:
        self.members = {
            name: build(name, config, seed=self.seed, threads=self.threads).fit(design, held)
            for name, config in self.config.members.items()
        }

    def _predict(self, matrix: Matrix) -> Probabilities:
        scores = {name: member.predict_matrix(matrix) for name, member in self.members.items()}
        return combine(scores, self.config.weights, self.config.bias)

    def _save(self, folder: Path) -> None:
        for name, member in self.members.items():
            member.save(folder / name)

    def _restore(self, folder: Path) -> None:
        self.members = {
            name: restore(folder / name, self.schema, threads=self.threads) for name in self.config.members
        }

    def _importance(self) -> dict[str, float]:
        total = sum(self.config.weights.values())
        shares = dict.fromkeys(self.schema.names, 0.0)
        for name, member in self.members.items():
            for feature, share in member.importance().items():
                shares[feature] += share * self.config.weights[name] / total
        return shares


def combine(scores: dict[str, Probabilities], weights: dict[str, float], bias: float = 0.0) -> Probabilities:
    """Score of the blend from the scores of its members."""
    log_odds = np.sum([weights[name] * logit(scores[name], FLOOR) for name in weights], axis=0)
    return expit(bias + log_odds)


def fit_weights(
    scores: dict[str, Floats], label: NDArray[np.int8], weight: Floats, *, least: float = 0.1
) -> dict[str, float]:
    """Weights that minimise the log-loss. Members below ``least`` leave, and the rest is fitted again.

    The level that is fitted along with them is that of a few weeks, and is not kept: whether recent weeks say
    something about the next is for the calibration to decide.
    """
    names = list(scores)
    inputs = np.column_stack([logit(scores[name], FLOOR) for name in names])
    equal = np.full(len(names), 1 / len(names))
    slopes, _ = fit_slopes(inputs, label, weight, start=equal, pull=PULL_TO_EQUAL)
    kept = {name: scores[name] for name, slope in zip(names, slopes, strict=True) if slope >= least}
    if kept and len(kept) < len(names):
        return fit_weights(kept, label, weight, least=least)
    return dict(zip(names, slopes.tolist(), strict=True))
