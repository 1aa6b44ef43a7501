"""What is registered: everything between the features of a pair and its probability and expected items.

A folder of JSON and LightGBM's text, so that loading it runs no code from the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodai.data import read_json, write_json
from sodai.learning.algorithm import Algorithm
from sodai.learning.algorithms import restore
from sodai.learning.calibration import Calibration
from sodai.learning.quantity import Quantity
from sodai.learning.schema import Matrix, Schema
from sodai.settings import InputError
from sodai.settings.columns import EXPECTED_ITEMS, PROBABILITY

DESCRIPTION_FILE: Final = "model.json"
ALGORITHM_FOLDER: Final = "algorithm"
FORMAT: Final = 1
CHUNK_ROWS: Final = 100_000
LIBRARIES: Final = ("lightgbm", "numpy", "pandas", "scikit-learn", "sodai")


@dataclass(frozen=True)
class ModelMeta:
    """Where a model comes from.

    Attributes
    ----------
    trained_at_origin : date
        First day that was not known when it was trained.
    first_origin, last_origin : date
        Oldest and newest origin that it learnt from.
    training_rows, positives, seed : int
    versions : dict
        Libraries that it was made with.
    """

    trained_at_origin: date
    first_origin: date
    last_origin: date
    training_rows: int
    positives: int
    seed: int
    versions: dict[str, str] = field(default_factory=lambda: {name: version(name) for name in LIBRARIES})


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted algorithm with its calibration and its quantity model."""

    algorithm: Algorithm[Any]
    calibration: Calibration
    quantity: Quantity
    meta: ModelMeta

    @property
    def schema(self) -> Schema:
        """Features that are read, their kinds and categories."""
        return self.algorithm.schema

    @property
    def name(self) -> str:
        """Family of the algorithm."""
        return self.algorithm.name

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features that are read."""
        return self.schema.names

    @property
    def params(self) -> dict[str, Any]:
        """Hyperparameters."""
        params: dict[str, Any] = self.algorithm.config.model_dump(mode="json")
        return params

    @property
    def trained_at_origin(self) -> date:
        """First day that was not known when the model was trained."""
        return self.meta.trained_at_origin

    @property
    def calibrator(self) -> str:
        """Name of the calibrator."""
        return self.calibration.calibrator.name

    def raw(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Score of each row before calibration."""
        parts = [self.algorithm.predict_matrix(matrix) for matrix in self._chunks(features)]
        return np.concatenate(parts) if parts else np.empty(0)

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """Probability and expected items of each row.

        Parameters
        ----------
        features : pd.DataFrame
            The model's features, in any order, among any other columns.

        Returns
        -------
        pd.DataFrame
            ``probability`` in (0, 1) and ``expected_items`` > 0, with the index of ``features``.

        Raises
        ------
        InputError
            If a feature is missing or is not what it was at training.
        """
        probabilities, items = [np.empty(0)], [np.empty(0)]
        for matrix in self._chunks(features):
            probability, expected = self.answer(matrix)
            probabilities.append(probability)
            items.append(expected)
        columns = {PROBABILITY: np.concatenate(probabilities), EXPECTED_ITEMS: np.concatenate(items)}
        return pd.DataFrame(columns, index=features.index)

    def answer(self, matrix: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probability and expected items of rows that the schema encoded."""
        probability = self.calibration.calibrator.apply(self.algorithm.predict_matrix(matrix))
        return probability, probability * self.quantity.predict_matrix(matrix)

    def _chunks(self, features: pd.DataFrame) -> Iterator[Matrix]:
        """Encode the rows, in pieces of bounded memory."""
        for start in range(0, max(1, len(features)), CHUNK_ROWS):
            yield self.schema.encode(features.iloc[start : start + CHUNK_ROWS])

    def save(self, folder: Path) -> None:
        """Write the model into ``folder``; its description, without which there is no model, last."""
        folder.mkdir(parents=True, exist_ok=True)
        self.algorithm.save(folder / ALGORITHM_FOLDER)
        write_json(
            folder / DESCRIPTION_FILE,
            {
                "format": FORMAT,
                "family": self.name,
                "params": self.params,
                "meta": self.meta,
                "schema": self.schema.to_json(),
                "calibration": self.calibration.to_json(),
                "quantity": self.quantity.save(folder),
            },
        )

    @classmethod
    def load(cls, folder: Path, *, threads: int = 2) -> Self:
        """Read a model that ``save`` wrote.

        Raises
        ------
        InputError
            If ``folder`` holds no model, or one of a format that is not known here.
        """
        description = read_json(folder / DESCRIPTION_FILE)
        if description.get("format") != FORMAT:
            raise InputError(
                f"the model in {folder} has an unknown format", got=description.get("format"), allowed=FORMAT
            )
        schema = Schema.from_json(description["schema"])
        return cls(
            algorithm=restore(folder / ALGORITHM_FOLDER, schema, threads=threads),
            calibration=Calibration.from_json(description["calibration"]),
            quantity=Quantity.load(folder, description["quantity"], schema, threads),
            meta=_meta(description["meta"]),
        )


def _meta(description: dict[str, Any]) -> ModelMeta:
    days = ("trained_at_origin", "first_origin", "last_origin")
    return ModelMeta(**(description | {name: date.fromisoformat(description[name]) for name in days}))
