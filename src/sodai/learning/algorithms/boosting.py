"""Gradient boosted trees (LightGBM), apart for the two questions of a panel.

Who buys a product again is told by the rhythm of the pair, and there are many examples. Who buys one for the
first time is told by the product and by other customers, and there are few: small trees, averaged over seeds.
One model for both spends its leaves on the first question. Of little data, one model learns both.

Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 30.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from optuna.trial import BaseTrial
from pydantic import Field

from sodai.learning import trees
from sodai.learning.algorithm import Algorithm, Config, Probabilities
from sodai.learning.design import Design
from sodai.learning.measures import expit
from sodai.learning.pairs import bought_before
from sodai.learning.schema import Matrix

if TYPE_CHECKING:
    import lightgbm as lgb
    from numpy.typing import NDArray

MODEL_FILE: Final = "boosting.txt"
FIRST_FILE: Final = "boosting-first-{}.txt"
TRIAL_RATE: Final = 0.12
FINAL_RATE: Final = 0.05
# Growing stops when the sum of the steps since the lowest loss is this long: 60 rounds at a rate of 0.05.
STALLED: Final = 3.0
# Rows are drawn anew after so many rounds: drawing for each costs a quarter of the time and brings nothing.
REDRAWN_EVERY: Final = 5
# Of few rows, a hundredth is enough for a leaf.
FEWEST_IN_LEAF: Final = 5
# Purchases of each kind below which one model learns both.
FEWEST_PURCHASES: Final = 500
FIRST_MODELS: Final = 3


class BoostingConfig(Config):
    """Hyperparameters, by LightGBM's names. With later rows at hand, the rounds are only the most.

    ``first_*`` are of the models for first purchases. They are not tuned: a study hears little of them.
    """

    num_rounds: int = Field(default=500, ge=1)
    learning_rate: float = Field(default=FINAL_RATE, gt=0, le=1)
    num_leaves: int = Field(default=31, ge=2)
    min_data_in_leaf: int = Field(default=200, ge=1)
    feature_fraction: float = Field(default=0.2, gt=0, le=1)
    bagging_fraction: float = Field(default=0.7, gt=0, le=1)
    lambda_l2: float = Field(default=100.0, ge=0)
    cat_smooth: float = Field(default=20.0, ge=0)
    first_models: int = Field(default=FIRST_MODELS, ge=1)
    first_rounds: int = Field(default=250, ge=1)
    first_learning_rate: float = Field(default=0.05, gt=0, le=1)
    first_num_leaves: int = Field(default=8, ge=2)
    first_min_data_in_leaf: int = Field(default=500, ge=1)
    first_feature_fraction: float = Field(default=0.2, gt=0, le=1)
    first_bagging_fraction: float = Field(default=0.5, gt=0, lt=1)
    first_lambda_l2: float = Field(default=20.0, ge=0)


class Boosting(Algorithm[BoostingConfig]):
    """Additive model of trees, each fitted to the gradient of the log-loss of those before it.

    Attributes
    ----------
    booster : lgb.Booster
        For pairs bought before; for all, where ``first`` is empty.
    first : tuple of lgb.Booster
        For pairs not bought yet, whose score is the mean of their log-odds.
    """

    name = "boosting"
    config_type = BoostingConfig
    booster: "lgb.Booster"
    first: "tuple[lgb.Booster, ...]" = ()

    @classmethod
    def suggest(cls, trial: BaseTrial) -> BoostingConfig:
        """Ask ``trial`` for a config, at a learning rate that makes trials short."""
        return BoostingConfig(
            learning_rate=TRIAL_RATE,
            first_models=1,
            num_leaves=trial.suggest_int("boosting_num_leaves", 15, 63, log=True),
            min_data_in_leaf=trial.suggest_int("boosting_min_data_in_leaf", 30, 500, log=True),
            feature_fraction=trial.suggest_float("boosting_feature_fraction", 0.1, 0.4),
            bagging_fraction=trial.suggest_float("boosting_bagging_fraction", 0.5, 0.9),
            lambda_l2=trial.suggest_float("boosting_lambda_l2", 1.0, 300.0, log=True),
        )

    @classmethod
    def final(cls, config: BoostingConfig) -> BoostingConfig:
        """Take smaller steps than in trials, and more models for first purchases."""
        return config.model_copy(update={"learning_rate": FINAL_RATE, "first_models": FIRST_MODELS})

    def is_first(self, matrix: Matrix) -> "NDArray[np.bool_]":
        """Whether the models for first purchases score a row."""
        before = bought_before(self.schema, matrix) if self.first else None
        return np.zeros(len(matrix), dtype=np.bool_) if before is None else ~before

    def _fit(self, design: Design, held: Design | None) -> None:
        again, first = _halves(design)
        if first is None:
            self.first = ()
        else:
            self.first = self._fit_first(first, None if held is None else _halves(held, forced=True)[1])
        later = None if held is None else _halves(held, forced=first is not None)[0]
        parameters, rounds = self._parameters(len(again)), self.config.num_rounds
        if later is None or not _both_labels(later):
            self.booster = trees.grow(parameters, again, rounds, self.threads)
            return
        patience = round(STALLED / self.config.learning_rate)
        self.booster = trees.grow_until(parameters, again, later, rounds, self.threads, patience=patience)
        self._settle(num_rounds=max(1, self.booster.best_iteration))

    def _fit_first(self, rows: trees.Rows, held: trees.Rows | None) -> "tuple[lgb.Booster, ...]":
        """Grow the models for first purchases; trials on the same rows share them."""
        later = held if held is not None and _both_labels(held) else None
        own = self.config.model_dump(
            include={name for name in type(self.config).model_fields if "first" in name}
        )
        models: tuple[lgb.Booster, ...] = rows.design.once(
            ("first", *own.values(), self.seed, id(held and held.design)),
            lambda: tuple(self._grow_first(rows, later, n) for n in range(self.config.first_models)),
        )
        if later is not None:
            self._settle(first_rounds=max(1, *(model.best_iteration for model in models)))
        return models

    def _grow_first(self, rows: trees.Rows, held: trees.Rows | None, number: int) -> "lgb.Booster":
        config, few = self.config, max(FEWEST_IN_LEAF, len(rows) // 100)
        parameters = self._parameters(len(rows)) | {
            "learning_rate": config.first_learning_rate,
            "num_leaves": config.first_num_leaves,
            "min_data_in_leaf": min(config.first_min_data_in_leaf, few),
            "feature_fraction": config.first_feature_fraction,
            "bagging_fraction": config.first_bagging_fraction,
            "bagging_freq": REDRAWN_EVERY,
            "lambda_l2": config.first_lambda_l2,
            "seed": self.seed + number,
        }
        if held is None:
            return trees.grow(parameters, rows, config.first_rounds, self.threads)
        patience = round(STALLED / config.first_learning_rate)
        return trees.grow_until(parameters, rows, held, config.first_rounds, self.threads, patience=patience)

    def _predict(self, matrix: Matrix) -> Probabilities:
        first = self.is_first(matrix)
        if not first.any():
            return trees.score(self.booster, matrix, self.threads)
        scores = np.empty(len(matrix))
        again, new = np.flatnonzero(~first), np.flatnonzero(first)
        if len(again):
            scores[again] = trees.score(self.booster, _rows(matrix, again), self.threads)
        part = _rows(matrix, new)
        odds = [trees.score(model, part, self.threads, raw=True) for model in self.first]
        scores[new] = expit(np.mean(odds, axis=0))
        return scores

    def _save(self, folder: Path) -> None:
        trees.write(self.booster, folder / MODEL_FILE)
        for number, model in enumerate(self.first):
            trees.write(model, folder / FIRST_FILE.format(number))

    def _restore(self, folder: Path) -> None:
        self.booster = trees.read(folder / MODEL_FILE)
        files = sorted(folder.glob(FIRST_FILE.format("*")))
        self.first = tuple(trees.read(file) for file in files)

    def _importance(self) -> dict[str, float]:
        return trees.gain([self.booster, *self.first], self.schema.names)

    def _parameters(self, rows: int) -> dict[str, Any]:
        config = self.config
        return {
            "objective": "binary",
            "learning_rate": config.learning_rate,
            "num_leaves": config.num_leaves,
            "min_data_in_leaf": min(config.min_data_in_leaf, max(FEWEST_IN_LEAF, rows // 100)),
            "feature_fraction": config.feature_fraction,
            "bagging_fraction": config.bagging_fraction,
            "bagging_freq": REDRAWN_EVERY if config.bagging_fraction < 1 else 0,
            "lambda_l2": config.lambda_l2,
            "cat_smooth": config.cat_smooth,
            "seed": self.seed,
        }


def _halves(design: Design, *, forced: bool = False) -> tuple[trees.Rows, trees.Rows | None]:
    """Rows of pairs bought before and of the others; all rows and None where one model learns both."""
    before = bought_before(design.schema, design.matrix)
    if before is None:
        return trees.Rows("all", design), None
    again = trees.Rows("again", design, np.flatnonzero(before))
    first = trees.Rows("first", design, np.flatnonzero(~before))
    fewest = min(int(again.label.sum()), int(first.label.sum()))
    if forced or fewest >= FEWEST_PURCHASES:
        return again, first
    return trees.Rows("all", design), None


def _both_labels(rows: trees.Rows) -> bool:
    return len(rows) > 0 and 0 < int(rows.label.sum()) < len(rows)


def _rows(matrix: Matrix, at: "NDArray[np.intp]") -> Matrix:
    return np.asfortranarray(matrix[at])
