"""One interface for every algorithm: public methods validate and encode, subclasses write only the rest."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from optuna.trial import BaseTrial
from pydantic import BaseModel, ConfigDict

from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.schema import Matrix, Schema
from sodai.settings import InputError

Probabilities = NDArray[np.float64]


class Config(BaseModel):
    """Hyperparameters of an algorithm: frozen, and a name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


ConfigT = TypeVar("ConfigT", bound=Config)


class Algorithm(ABC, Generic[ConfigT]):
    """A way to learn purchase scores from a design.

    Parameters
    ----------
    config : Config, optional
        Hyperparameters; the defaults without it.
    seed : int
        Source of all randomness: the same design, config and seed give the same scores.
    threads : int
        Cores that may be used.
    """

    name: ClassVar[str]
    config_type: ClassVar[type[Config]]

    def __init__(self, config: ConfigT | None = None, *, seed: int = 0, threads: int = 2) -> None:
        self.config: ConfigT = config or self.config_type()  # type: ignore[assignment]
        self.seed = seed
        self.threads = threads
        self._schema: Schema | None = None

    @property
    def schema(self) -> Schema:
        """What was learnt about the features at fitting.

        Raises
        ------
        InputError
            If the algorithm was not fitted.
        """
        if self._schema is None:
            raise InputError(f"{self.name} was not fitted", hint="Call fit before predict.")
        return self._schema

    def fit(self, data: Frame | Design) -> Self:
        """Learn from rows; a frame is encoded first.

        Raises
        ------
        InputError
            If there are no rows.
        """
        if not len(data):
            raise InputError(f"there are no rows to fit {self.name} on")
        design = Design.of(data) if isinstance(data, Frame) else data
        self._schema = design.schema
        self._fit(design)
        return self

    def predict(self, features: pd.DataFrame) -> Probabilities:
        """Score in 0..1 for each row of ``features``; columns may be in any order and more than needed."""
        return self.predict_matrix(self.schema.encode(features))

    def predict_matrix(self, matrix: Matrix) -> Probabilities:
        """Score in 0..1 for each row of a matrix that ``schema`` encoded."""
        if not len(matrix):
            return np.empty(0)
        return np.asarray(self._predict(matrix), dtype=np.float64)

    @classmethod
    @abstractmethod
    def suggest(cls, trial: BaseTrial) -> ConfigT:
        """Ask ``trial`` for a config; parameter names start with the algorithm's own."""

    @abstractmethod
    def _fit(self, design: Design) -> None: ...

    @abstractmethod
    def _predict(self, matrix: Matrix) -> Probabilities: ...

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write what was learnt into ``folder``, which exists."""

    @abstractmethod
    def load(self, folder: Path, schema: Schema) -> Self:
        """Read what ``save`` wrote."""

    def importance(self) -> dict[str, float]:
        """Share of each feature in what was learnt, where the algorithm knows it; empty where it does not."""
        return {}

    def frozen(self, **changes: Any) -> ConfigT:
        """Config with ``changes``."""
        return self.config.model_copy(update=changes)
