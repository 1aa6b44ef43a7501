"""Logistic regression on rescaled features, with indicators for what is missing and for categories."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from optuna.trial import BaseTrial
from pydantic import Field

from sodai.data import read_json, write_json
from sodai.learning.algorithm import Algorithm, Config, Probabilities
from sodai.learning.design import Design
from sodai.learning.inputs import Inputs, Scale
from sodai.learning.schema import Matrix

MODEL_FILE = "logistic.json"


class LogisticConfig(Config):
    """Hyperparameters. ``max_rows`` bounds the rows fitted on: the slopes are sure long before."""

    regularisation: float = Field(default=1.0, gt=0, description="inverse of scikit-learn's C")
    scale: Scale = "quantile"
    max_rows: int = Field(default=200_000, ge=100)
    max_iterations: int = Field(default=60, ge=1)


class Logistic(Algorithm[LogisticConfig]):
    """Linear model of the log-odds, with a ridge penalty."""

    name = "logistic"
    config_type = LogisticConfig
    inputs: Inputs
    coefficients: NDArray[np.float64]
    intercept: float

    @classmethod
    def suggest(cls, trial: BaseTrial) -> LogisticConfig:
        """Ask ``trial`` for a config."""
        scale: Scale = trial.suggest_categorical("logistic_scale", ["log", "quantile"])  # type: ignore[assignment]
        penalty = trial.suggest_float("logistic_regularisation", 0.01, 1000.0, log=True)
        return LogisticConfig(regularisation=penalty, scale=scale)

    def _fit(self, design: Design, held: Design | None) -> None:
        del held
        rows = _bounded(design, self.config.max_rows, self.seed)
        self.inputs = rows.once(
            ("inputs", self.config.scale),
            lambda: Inputs.learn(rows.matrix, rows.schema.categorical_positions, self.config.scale),
        )
        matrix = rows.once(("linear", self.config.scale), lambda: self.inputs.apply(rows.matrix))
        self.coefficients, self.intercept = self._solve(matrix, rows)

    def _solve(self, matrix: Matrix, rows: Design) -> tuple[NDArray[np.float64], float]:
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a stored model is read without it

        solver = LogisticRegression(
            C=1 / self.config.regularisation, solver="lbfgs", max_iter=self.config.max_iterations, tol=1e-3
        )
        with warnings.catch_warnings():
            # The iterations are bounded on purpose: the last ones move no score that matters.
            warnings.simplefilter("ignore")
            solver.fit(matrix, rows.label, sample_weight=rows.weight / rows.weight.mean())
        return solver.coef_[0].astype(np.float64), float(solver.intercept_[0])

    def log_odds(self, matrix: Matrix) -> NDArray[np.float64]:
        """Log-odds of each row, before calibration."""
        slopes = self.coefficients.astype(np.float32)
        log_odds: NDArray[np.float64] = (self.inputs.apply(matrix) @ slopes).astype(np.float64)
        return log_odds + self.intercept

    def _predict(self, matrix: Matrix) -> Probabilities:
        return 1 / (1 + np.exp(-np.clip(self.log_odds(matrix), -35, 35)))

    def _save(self, folder: Path) -> None:
        learnt = {"coefficients": self.coefficients.tolist(), "intercept": self.intercept}
        write_json(folder / MODEL_FILE, learnt | {"inputs": self.inputs.to_json()})

    def _restore(self, folder: Path) -> None:
        learnt = read_json(folder / MODEL_FILE)
        self.inputs = Inputs.from_json(learnt["inputs"])
        self.coefficients = np.array(learnt["coefficients"])
        self.intercept = learnt["intercept"]

    def _importance(self) -> dict[str, float]:
        total = np.zeros(len(self.schema.names))
        np.add.at(total, self.inputs.columns, np.abs(self.coefficients))
        return dict(zip(self.schema.names, (total / max(total.sum(), 1e-12)).tolist(), strict=True))


def _bounded(design: Design, most: int, seed: int) -> Design:
    """At most ``most`` rows of the design, the same for every fit with one seed."""
    if len(design) <= most:
        return design

    def sample() -> Design:
        return design.take(np.sort(np.random.default_rng(seed).permutation(len(design))[:most]))

    return design.once(("rows", most, seed), sample)
