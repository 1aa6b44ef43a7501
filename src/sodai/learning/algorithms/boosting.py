"""Gradient boosted trees (LightGBM), grown to a fixed number of rounds.

Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 30.
"""

from pathlib import Path
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from optuna.trial import BaseTrial
from pydantic import Field

from sodai.learning.algorithm import Algorithm, Config, Probabilities
from sodai.learning.design import Design
from sodai.learning.schema import Matrix, Schema

MODEL_FILE = "boosting.txt"


class BoostingConfig(Config):
    """Hyperparameters; the names are LightGBM's."""

    num_rounds: int = Field(default=250, ge=1)
    learning_rate: float = Field(default=0.06, gt=0, le=1)
    num_leaves: int = Field(default=31, ge=2)
    min_data_in_leaf: int = Field(default=60, ge=1)
    feature_fraction: float = Field(default=0.6, gt=0, le=1)
    bagging_fraction: float = Field(default=0.8, gt=0, le=1)
    lambda_l2: float = Field(default=5.0, ge=0)
    cat_smooth: float = Field(default=20.0, ge=0)
    max_bin: int = Field(default=127, ge=3)


class Boosting(Algorithm[BoostingConfig]):
    """Additive model of trees fitted to the gradient of the log-loss."""

    name = "boosting"
    config_type = BoostingConfig
    _booster: lgb.Booster

    @classmethod
    def suggest(cls, trial: BaseTrial) -> BoostingConfig:
        """Ask ``trial`` for a config. A lower learning rate needs more rounds than a trial may take."""
        return BoostingConfig(
            num_rounds=trial.suggest_int("boosting_num_rounds", 80, 320, step=20),
            learning_rate=trial.suggest_float("boosting_learning_rate", 0.03, 0.2, log=True),
            num_leaves=trial.suggest_int("boosting_num_leaves", 7, 63, log=True),
            min_data_in_leaf=trial.suggest_int("boosting_min_data_in_leaf", 20, 400, log=True),
            feature_fraction=trial.suggest_float("boosting_feature_fraction", 0.2, 1.0),
            bagging_fraction=trial.suggest_float("boosting_bagging_fraction", 0.5, 1.0),
            lambda_l2=trial.suggest_float("boosting_lambda_l2", 0.1, 100.0, log=True),
        )

    def _fit(self, design: Design) -> None:
        data = design.once(
            ("lightgbm", self.config.max_bin, self.threads), lambda: binned(design, self._binning())
        )
        self._booster = lgb.train(self._parameters(), data, num_boost_round=self.config.num_rounds)
        self._booster.free_dataset()

    def _predict(self, matrix: Matrix) -> Probabilities:
        return np.asarray(self._booster.predict(matrix, num_threads=self.threads), dtype=np.float64)

    def save(self, folder: Path) -> None:
        """Write the trees as LightGBM's own text."""
        (folder / MODEL_FILE).write_text(self._booster.model_to_string(), encoding="utf-8")

    def load(self, folder: Path, schema: Schema) -> Self:
        """Read the trees."""
        self._schema = schema
        self._booster = lgb.Booster(model_str=(folder / MODEL_FILE).read_text(encoding="utf-8"))
        return self

    def importance(self) -> dict[str, float]:
        """Share of the total gain that each feature's splits brought."""
        gain = self._booster.feature_importance("gain")
        return dict(zip(self.schema.names, (gain / max(gain.sum(), 1e-12)).tolist(), strict=True))

    @property
    def booster(self) -> lgb.Booster:
        """The trees, for explanation."""
        return self._booster

    def _binning(self) -> dict[str, Any]:
        return binning_parameters(self.config.max_bin, self.threads)

    def _parameters(self) -> dict[str, Any]:
        chosen = self.config.model_dump(exclude={"num_rounds"})
        bagged = self.config.bagging_fraction < 1
        return (
            self._binning()
            | chosen
            | {
                "objective": "binary",
                "bagging_freq": 1 if bagged else 0,
                "seed": self.seed,
            }
        )


def binning_parameters(max_bin: int, threads: int) -> dict[str, Any]:
    """Parameters that shape the binned data; fits that share it must agree in them.

    ``feature_pre_filter`` would drop features by the leaf size of the first fit, so it is off.
    """
    return {
        "max_bin": max_bin,
        "feature_pre_filter": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "data_random_seed": 1,
        "verbosity": -1,
    }


def binned(design: Design, parameters: dict[str, Any]) -> lgb.Dataset:
    """Histogram bins of a design, built once and shared by the fits that follow."""
    data = lgb.Dataset(
        design.matrix,
        label=design.label.astype(np.float32),
        weight=design.weight.astype(np.float32),
        feature_name=[f"f{at}" for at in range(len(design.schema.names))],
        categorical_feature=design.schema.categorical_positions or "auto",
        params=parameters,
        free_raw_data=True,
    )
    return data.construct()
