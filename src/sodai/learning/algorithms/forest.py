"""Random forest: deep trees on random rows and random features, averaged.

Breiman (2001), Random Forests, Machine Learning 45; features drawn for each tree as in Ho (1998), The Random
Subspace Method, which costs a quarter of drawing them for each split. Grown by LightGBM on its histograms:
least squares on 0/1 labels splits where Gini impurity falls most; the mean of the leaves is the probability.
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

MODEL_FILE = "forest.txt"
TRIAL_TREES = 40
FINAL_TREES = 100


class ForestConfig(Config):
    """Hyperparameters. ``max_rows`` bounds the rows that one tree sees, whatever the size of the panel."""

    num_trees: int = Field(default=FINAL_TREES, ge=1)
    num_leaves: int = Field(default=191, ge=2)
    min_data_in_leaf: int = Field(default=50, ge=1)
    max_features: float = Field(default=0.2, gt=0, le=1)
    max_samples: float = Field(default=0.5, gt=0, lt=1)
    max_rows: int = Field(default=80_000, ge=100)


class Forest(Algorithm[ForestConfig]):
    """Mean of independent trees."""

    name = "forest"
    config_type = ForestConfig
    booster: "lgb.Booster"

    @classmethod
    def suggest(cls, trial: BaseTrial) -> ForestConfig:
        """Ask ``trial`` for a config. The number of trees is not tuned: few will do to compare by."""
        return ForestConfig(
            num_trees=TRIAL_TREES,
            num_leaves=trial.suggest_int("forest_num_leaves", 63, 255, log=True),
            min_data_in_leaf=trial.suggest_int("forest_min_data_in_leaf", 20, 200, log=True),
            max_features=trial.suggest_float("forest_max_features", 0.1, 0.3),
            max_samples=trial.suggest_float("forest_max_samples", 0.3, 0.8),
        )

    @classmethod
    def final(cls, config: ForestConfig) -> ForestConfig:
        """Take more trees than in trials."""
        return config.model_copy(update={"num_trees": FINAL_TREES})

    def _fit(self, design: Design, held: Design | None) -> None:
        del held
        rows = trees.Rows("all", design)
        self.booster = trees.grow(self._parameters(len(rows)), rows, self.config.num_trees, self.threads)

    def _predict(self, matrix: Matrix) -> Probabilities:
        return trees.score(self.booster, matrix, self.threads)

    def _save(self, folder: Path) -> None:
        trees.write(self.booster, folder / MODEL_FILE)

    def _restore(self, folder: Path) -> None:
        self.booster = trees.read(folder / MODEL_FILE)

    def _importance(self) -> dict[str, float]:
        return trees.gain([self.booster], self.schema.names)

    def _parameters(self, rows: int) -> dict[str, Any]:
        return {
            "objective": "regression",
            "boosting": "rf",
            "num_leaves": self.config.num_leaves,
            "min_data_in_leaf": self.config.min_data_in_leaf,
            "feature_fraction": self.config.max_features,
            "bagging_fraction": min(self.config.max_samples, self.config.max_rows / rows),
            "bagging_freq": 1,
            "seed": self.seed,
        }
