"""One interface for every algorithm: public methods validate and encode, subclasses write only the rest."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from optuna.trial import BaseTrial
from pydantic import BaseModel, ConfigDict

from sodai.data import read_json, write_json
from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.schema import Matrix, Schema
from sodai.settings import InputError

Probabilities = NDArray[np.float64]
DESCRIPTION_FILE = "algorithm.json"


class Config(BaseModel):
    """Hyperparameters of an algorithm: frozen, and a name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


ConfigT = TypeVar("ConfigT", bound=Config)


class Algorithm(ABC, Generic[ConfigT]):
    """A way to learn purchase scores from a design.

    Parameters
    ----------
    config : Config, optional
        Hyperparameters; the defaults without it. After fitting, what was settled on the way is in it, such as
        the number of rounds at which boosting stopped.
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
        self._constant: float | None = None

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

    @property
    def constant(self) -> float | None:
        """The one score that rows of one label taught; None for all else."""
        return self._constant

    def fit(self, data: Frame | Design, held: Design | None = None) -> Self:
        """Learn from rows; a frame is encoded first.

        Rows that all have one label teach nothing but how often it occurs, and that is then every score.

        Parameters
        ----------
        data : Frame or Design
        held : Design, optional
            Later rows, by which an algorithm that grows step by step knows when to stop.

        Raises
        ------
        InputError
            If there are no rows.
        """
        if not len(data):
            raise InputError(f"there are no rows to fit {self.name} on")
        design = Design.of(data) if isinstance(data, Frame) else data
        self._schema = design.schema
        self._constant = design.prevalence if design.one_sided else None
        if self._constant is None:
            self._fit(design, None if held is None or held.one_sided else held)
        return self

    def predict(self, features: pd.DataFrame) -> Probabilities:
        """Score in 0..1 for each row of ``features``; columns may be in any order and more than needed."""
        return self.predict_matrix(self.schema.encode(features))

    def predict_matrix(self, matrix: Matrix) -> Probabilities:
        """Score in 0..1 for each row of a matrix that ``schema`` encoded."""
        if self._constant is not None or not len(matrix):
            return np.full(len(matrix), self._constant or 0.0)
        return np.clip(np.asarray(self._predict(matrix), dtype=np.float64), 0.0, 1.0)

    def save(self, folder: Path) -> None:
        """Write what was learnt into ``folder``, without the schema."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(
            folder / DESCRIPTION_FILE,
            {
                "name": self.name,
                "config": self.config.model_dump(mode="json"),
                "seed": self.seed,
                "constant": self._constant,
            },
        )
        if self._constant is None:
            self._save(folder)

    def restore(self, folder: Path, schema: Schema) -> Self:
        """Read what ``save`` wrote."""
        self._schema = schema
        self._constant = read_json(folder / DESCRIPTION_FILE)["constant"]
        if self._constant is None:
            self._restore(folder)
        return self

    def importance(self) -> dict[str, float]:
        """Share of each feature in what was learnt, where the algorithm knows it; empty where it does not."""
        return {} if self._constant is not None else self._importance()

    @classmethod
    @abstractmethod
    def suggest(cls, trial: BaseTrial) -> ConfigT:
        """Ask ``trial`` for a config; the names of its parameters start with the algorithm's own."""

    @classmethod
    def final(cls, config: ConfigT) -> ConfigT:
        """Config to use in earnest for one that did well in trials; the same unless trials were shortened."""
        return config

    @abstractmethod
    def _fit(self, design: Design, held: Design | None) -> None: ...

    @abstractmethod
    def _predict(self, matrix: Matrix) -> Probabilities: ...

    @abstractmethod
    def _save(self, folder: Path) -> None: ...

    @abstractmethod
    def _restore(self, folder: Path) -> None: ...

    def _importance(self) -> dict[str, float]:
        return {}

    def _settle(self, **values: Any) -> None:
        self.config = self.config.model_copy(update=values)
