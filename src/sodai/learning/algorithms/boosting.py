"""Gradient boosted trees (LightGBM).

Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 30.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from optuna.trial import BaseTrial
from pydantic import Field

from sodai.learning import trees
from sodai.learning.algorithm import Algorithm, Config, Probabilities
from sodai.learning.design import Design
from sodai.learning.schema import Matrix

if TYPE_CHECKING:
    import lightgbm as lgb

MODEL_FILE = "boosting.txt"
TRIAL_RATE = 0.12
FINAL_RATE = 0.06
# Growing stops when the sum of the steps since the lowest loss is this long: 50 rounds at a rate of 0.06.
STALLED = 3.0
# Rows are drawn anew after so many rounds: drawing for each costs a quarter of the time and brings nothing.
REDRAWN_EVERY = 5
# Of few rows, a hundredth is enough for a leaf.
FEWEST_IN_LEAF = 5


class BoostingConfig(Config):
    """Hyperparameters, by LightGBM's names. With later rows at hand, ``num_rounds`` is only the most."""

    num_rounds: int = Field(default=500, ge=1)
    learning_rate: float = Field(default=FINAL_RATE, gt=0, le=1)
    num_leaves: int = Field(default=31, ge=2)
    min_data_in_leaf: int = Field(default=200, ge=1)
    feature_fraction: float = Field(default=0.2, gt=0, le=1)
    bagging_fraction: float = Field(default=0.7, gt=0, le=1)
    lambda_l2: float = Field(default=100.0, ge=0)
    cat_smooth: float = Field(default=20.0, ge=0)


class Boosting(Algorithm[BoostingConfig]):
    """Additive model of trees, each fitted to the gradient of the log-loss of those before it."""

    name = "boosting"
    config_type = BoostingConfig
    booster: "lgb.Booster"

    @classmethod
    def suggest(cls, trial: BaseTrial) -> BoostingConfig:
        """Ask ``trial`` for a config, at a learning rate that makes trials short."""
        return BoostingConfig(
            learning_rate=TRIAL_RATE,
            num_leaves=trial.suggest_int("boosting_num_leaves", 15, 63, log=True),
            min_data_in_leaf=trial.suggest_int("boosting_min_data_in_leaf", 30, 500, log=True),
            feature_fraction=trial.suggest_float("boosting_feature_fraction", 0.1, 0.4),
            bagging_fraction=trial.suggest_float("boosting_bagging_fraction", 0.5, 0.9),
            lambda_l2=trial.suggest_float("boosting_lambda_l2", 1.0, 300.0, log=True),
        )

    @classmethod
    def final(cls, config: BoostingConfig) -> BoostingConfig:
        """Take smaller steps than in trials: a little better, and twice as long."""
        return config.model_copy(update={"learning_rate": FINAL_RATE})

    def _fit(self, design: Design, held: Design | None) -> None:
        rounds, parameters = self.config.num_rounds, self._parameters(len(design))
        if held is None:
            self.booster = trees.grow(parameters, design, rounds, self.threads)
            return
        patience = round(STALLED / self.config.learning_rate)
        self.booster = trees.grow_until(parameters, design, held, rounds, self.threads, patience=patience)
        self._settle(num_rounds=max(1, self.booster.best_iteration))

    def _predict(self, matrix: Matrix) -> Probabilities:
        return trees.score(self.booster, matrix, self.threads)

    def _save(self, folder: Path) -> None:
        trees.write(self.booster, folder / MODEL_FILE)

    def _restore(self, folder: Path) -> None:
        self.booster = trees.read(folder / MODEL_FILE)

    def _importance(self) -> dict[str, float]:
        return trees.gain(self.booster, self.schema.names)

    def _parameters(self, rows: int) -> dict[str, Any]:
        return self.config.model_dump(exclude={"num_rounds"}) | {
            "objective": "binary",
            "min_data_in_leaf": min(self.config.min_data_in_leaf, max(FEWEST_IN_LEAF, rows // 100)),
            "bagging_freq": REDRAWN_EVERY if self.config.bagging_fraction < 1 else 0,
            "seed": self.seed,
        }
