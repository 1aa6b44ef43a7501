"""Recency-weighted personal frequency: how often this customer bought this product of late.

The strongest simple rule for repeat purchases, hence the baseline beside every figure, and an algorithm like
any other. Novel pairs fall back on how popular the product is among customers of the same type.
"""

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from optuna.trial import BaseTrial
from pydantic import Field

from sodai.data import read_json, write_json
from sodai.learning.algorithm import Algorithm, Config, Probabilities
from sodai.learning.design import Design
from sodai.learning.schema import Matrix

MODEL_FILE = "frequency.json"
HalfLife = Literal[2, 4, 8, 16]


class FrequencyConfig(Config):
    """Half-life of a purchase in weeks, weight of the prior in weeks, and the features that are read.

    ``{h}`` in a name stands for the half-life.
    """

    half_life: HalfLife = 8
    prior_strength: float = Field(default=1.0, gt=0)
    bought: str = "pair_decayed_weeks_{h}"
    exposure: str = "customer_decayed_exposure_{h}"
    prior: str = "product_type_share_4"


class Frequency(Algorithm[FrequencyConfig]):
    """Share of the weeks with a purchase, recent weeks counting more, shrunk towards the product's share.

    score = (bought + strength * prior) / (exposure + strength)

    Examples
    --------
    Bought in 3 (decayed) of 6 (decayed) weeks, a product of 10 % of the customers, strength 2:
    (3 + 2 * 0.1) / (6 + 2) = 0.4.
    """

    name = "frequency"
    config_type = FrequencyConfig
    _prevalence: float

    @classmethod
    def suggest(cls, trial: BaseTrial) -> FrequencyConfig:
        """Ask ``trial`` for a config."""
        half_life: HalfLife = trial.suggest_categorical("frequency_half_life", [2, 4, 8, 16])  # type: ignore[assignment]
        strength = trial.suggest_float("frequency_prior_strength", 0.1, 10.0, log=True)
        return FrequencyConfig(half_life=half_life, prior_strength=strength)

    def _fit(self, design: Design, held: Design | None) -> None:
        del held
        self._prevalence = design.prevalence
        for name in (self.config.bought, self.config.exposure, self.config.prior):
            design.schema.position(self._named(name))

    def _predict(self, matrix: Matrix) -> Probabilities:
        strength = self.config.prior_strength
        bought = self._column(matrix, self.config.bought, 0.0)
        exposure = self._column(matrix, self.config.exposure, 0.0)
        prior = self._column(matrix, self.config.prior, self._prevalence)
        return (bought + strength * prior) / (np.maximum(exposure, bought) + strength)

    def _save(self, folder: Path) -> None:
        write_json(folder / MODEL_FILE, {"prevalence": self._prevalence})

    def _restore(self, folder: Path) -> None:
        self._prevalence = read_json(folder / MODEL_FILE)["prevalence"]

    def _importance(self) -> dict[str, float]:
        read = [self._named(name) for name in (self.config.bought, self.config.exposure, self.config.prior)]
        return {name: 1 / len(read) if name in read else 0.0 for name in self.schema.names}

    def _named(self, template: str) -> str:
        return template.format(h=self.config.half_life)

    def _column(self, matrix: Matrix, template: str, missing: float) -> NDArray[np.float64]:
        column = matrix[:, self.schema.position(self._named(template))].astype(np.float64)
        return np.clip(np.where(np.isnan(column), missing, column), 0.0, None)
