"""What an algorithm is fitted on: the encoded matrix with its labels and weights."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from sodai.learning.frame import Frame
from sodai.learning.schema import Matrix, Schema

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Design:
    """Encoded rows. ``made`` keeps between fits what is expensive to derive from them, such as bins."""

    schema: Schema
    matrix: Matrix
    label: NDArray[np.int8]
    weight: NDArray[np.float64]
    made: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, frame: Frame, schema: Schema | None = None, at: NDArray[np.intp] | None = None) -> Self:
        """Encode ``frame``, or its rows at positions ``at``, with ``schema`` or with one learnt from them."""
        schema = schema or _schema(frame, at)
        if at is None:
            return cls(schema, schema.encode(frame.features), frame.label, frame.weight)
        return cls(schema, schema.encode(frame.features, at), frame.label[at], frame.weight[at])

    def __len__(self) -> int:
        return len(self.label)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``make`` returned when it was first asked for under ``key``."""
        if key not in self.made:
            self.made[key] = make()
        made: Made = self.made[key]
        return made

    def take(self, at: NDArray[np.intp]) -> Self:
        """Rows at the given positions."""
        matrix = np.empty((len(at), self.matrix.shape[1]), dtype=self.matrix.dtype, order="F")
        for column in range(matrix.shape[1]):
            matrix[:, column] = self.matrix[at, column]
        return type(self)(self.schema, matrix, self.label[at], self.weight[at])

    @property
    def one_sided(self) -> bool:
        """Whether all labels are the same."""
        return len(self) == 0 or bool((self.label == self.label[0]).all())

    @property
    def prevalence(self) -> float:
        """Weighted share of positives, kept off 0 and 1 by half a row so that its logit is finite."""
        total = float(self.weight.sum())
        positives = float(self.weight[self.label == 1].sum())
        return (positives + 0.5) / (total + 1.0)


def _schema(frame: Frame, at: NDArray[np.intp] | None) -> Schema:
    nominal = frame.categorical
    seen = frame.features[nominal] if at is None else frame.features[nominal].take(at)
    return Schema(tuple(map(str, frame.features.columns)), Schema.learn(seen, nominal).categories)
