"""The rows that are judged: every candidate pair once per origin, with its label and one or more scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sodai.settings import InputError
from sodai.settings.columns import CUSTOMER_ID, KEYS, LABEL, ORIGIN, PRODUCT_ID

SEEN = "seen"
EXTRAS = ("customer_type", "activity", "product_group", "popularity")


@dataclass(frozen=True)
class ScoredRows:
    """Pairs with labels and scores, as arrays of one length.

    Attributes
    ----------
    origin : ndarray of datetime64[D]
    customer, product : ndarray
        Ids; their order breaks ties.
    label : ndarray of int8
        0 or 1.
    seen : ndarray of bool
        The pair was bought before its origin.
    scores : mapping of str to ndarray of float64
        Name of a model or baseline to its probability in 0..1.
    customer_type : ndarray, optional
        Class of the customer, for slices.
    activity : ndarray, optional
        Past purchases of the customer, cut into thirds a week; or class names, taken as they are. Without it
        the number of products the customer bought before counts.
    product_group : ndarray, optional
        Class of the product, for the diversity of a list.
    popularity : ndarray, optional
        Share (0..1) of customers who buy the product. Without it, the share that bought it before.

    Raises
    ------
    InputError
        If there are no rows, lengths differ, a label is not 0 or 1, or a score is not a number in 0..1.
    """

    origin: NDArray[np.datetime64]
    customer: NDArray[Any]
    product: NDArray[Any]
    label: NDArray[np.int8]
    seen: NDArray[np.bool_]
    scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    customer_type: NDArray[Any] | None = None
    activity: NDArray[Any] | None = None
    product_group: NDArray[Any] | None = None
    popularity: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if not len(self):
            raise InputError(
                "there are no pairs to evaluate", hint="Give at least one origin with candidates."
            )
        object.__setattr__(self, "origin", np.asarray(self.origin).astype("datetime64[D]"))
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "scores"} | dict(
            self.scores
        )
        for name, values in columns.items():
            if values is not None and len(values) != len(self):
                raise InputError(f"'{name}' has another length", got=len(values), allowed=len(self))
        if not np.isin(self.label, (0, 1)).all():
            raise InputError("a label is neither 0 nor 1", got=np.unique(self.label)[:5].tolist())
        for name, values in self.scores.items():
            if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
                raise InputError(f"score '{name}' is not a probability everywhere", allowed="numbers in 0..1")

    def __len__(self) -> int:
        return len(self.origin)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, scores: Sequence[str] = ("probability",)) -> "ScoredRows":
        """Take the columns of a table.

        Parameters
        ----------
        frame : DataFrame
            Columns origin, customer_id, product_id, label, seen, the scores, and any of customer_type,
            activity, product_group and popularity.
        scores : sequence of str
            Columns that hold scores; their names become the names in the report.

        Raises
        ------
        InputError
            If a column is missing, or as the class says.
        """
        missing = [name for name in (*KEYS, LABEL, SEEN, *scores) if name not in frame]
        if missing:
            raise InputError("the scored rows lack columns", got=list(frame.columns), hint=f"Add {missing}.")
        extras = {name: frame[name].to_numpy() for name in EXTRAS if name in frame}
        return cls(
            origin=pd.to_datetime(frame[ORIGIN]).to_numpy(),
            customer=frame[CUSTOMER_ID].to_numpy(),
            product=frame[PRODUCT_ID].to_numpy(),
            label=frame[LABEL].to_numpy(np.int8),
            seen=frame[SEEN].to_numpy(np.bool_),
            scores={name: frame[name].to_numpy(np.float64) for name in scores},
            **extras,
        )

    def with_scores(self, scores: Mapping[str, NDArray[np.float64]]) -> "ScoredRows":
        """Add scores to the same rows; a name that exists is replaced."""
        wide = {name: np.asarray(values, np.float64) for name, values in scores.items()}
        return replace(self, scores={**self.scores, **wide})
