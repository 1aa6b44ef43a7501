"""From a score to a probability: four ways, and the choice between them on validation weeks in time order.

Each is increasing, so that calibration never changes who comes before whom, and leaves (0, 1) open.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from sodai.learning.log_linear import fit_slopes
from sodai.learning.measures import EDGE, Floats, expit, log_losses, logit

LOWEST_SLOPE: Final = 0.01
TOLERANCE: Final = 1e-3
ENOUGH_FOR_SIGMOID: Final = 20
ENOUGH_FOR_ISOTONIC: Final = 200
CONDENSED_ABOVE: Final = 20_000
BINS: Final = 2_000


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores of rows that the scoring algorithm did not see, with what came of them.

    Attributes
    ----------
    score : ndarray of float64 in 0..1
    label : ndarray of int8
    weight : ndarray of float64
    origin : ndarray of datetime64[D]
    """

    score: Floats
    label: NDArray[np.int8]
    weight: Floats
    origin: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.score)

    @property
    def purchases(self) -> float:
        """Weight of the rows that bought."""
        return float(self.weight[self.label == 1].sum())

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Rows where ``mask`` holds."""
        return type(self)(self.score[mask], self.label[mask], self.weight[mask], self.origin[mask])

    def condensed(self) -> Self:
        """Few rows that calibrate like all of them.

        Rows of neighbouring scores become one per label, at their mean log-odds and with their whole weight;
        the bins are even among all rows and, besides, among the positives.
        """
        if len(self) <= CONDENSED_ABOVE:
            return self
        edges = np.linspace(0, 1, BINS + 1)
        bought = self.label == 1
        groups = [self.score, self.score[bought]] if bought.any() else [self.score]
        cuts = np.unique(np.concatenate([np.quantile(group, edges) for group in groups]))
        cell = 2 * np.searchsorted(cuts, self.score) + bought
        weight = np.bincount(cell, self.weight).astype(np.float64)
        filled = np.flatnonzero(weight)
        centre = np.bincount(cell, self.weight * logit(self.score))[filled] / weight[filled]
        label = (filled % 2).astype(np.int8)
        return type(self)(expit(centre), label, weight[filled], np.full(len(filled), self.origin[0]))

    @classmethod
    def join(cls, parts: "list[Scored]") -> Self:
        """Rows of all ``parts``."""
        columns = ("score", "label", "weight", "origin")
        return cls(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))


class Calibrator(Protocol):
    """An increasing map of (0, 1) to itself."""

    name: ClassVar[str]

    @classmethod
    def fit(cls, scored: Scored) -> Self:
        """Learn the map from scored rows."""

    def apply(self, score: Floats) -> Floats:
        """Probability of each score."""


@dataclass(frozen=True)
class Identity:
    """The score is the probability."""

    name: ClassVar[str] = "identity"

    @classmethod
    def fit(cls, scored: Scored) -> Self:
        """Nothing is learnt."""
        del scored
        return cls()

    def apply(self, score: Floats) -> Floats:
        """Probability of each score."""
        return np.clip(score, EDGE, 1 - EDGE)


@dataclass(frozen=True)
class Sigmoid:
    """Logit of the score, stretched and moved. Platt (1999), on log-odds instead of margins."""

    slope: float
    intercept: float
    name: ClassVar[str] = "sigmoid"

    @classmethod
    def fit(cls, scored: Scored) -> Self:
        """Learn slope and intercept."""
        slopes, intercept = fit_slopes(
            logit(scored.score)[:, None],
            scored.label,
            scored.weight,
            start=np.ones(1),
            pull=1.0 / float(scored.weight.sum()),
            lowest=LOWEST_SLOPE,
        )
        return cls(float(slopes[0]), intercept)

    def apply(self, score: Floats) -> Floats:
        """Probability of each score."""
        return expit(self.slope * logit(score) + self.intercept)


@dataclass(frozen=True)
class Beta:
    """A slope for each end. Kull, Silva Filho, Flach (2017), Beta Calibration, AISTATS."""

    low: float
    high: float
    intercept: float
    name: ClassVar[str] = "beta"

    @classmethod
    def fit(cls, scored: Scored) -> Self:
        """Learn both slopes and the intercept."""
        slopes, intercept = fit_slopes(
            cls._inputs(scored.score),
            scored.label,
            scored.weight,
            start=np.ones(2),
            pull=1.0 / float(scored.weight.sum()),
            lowest=LOWEST_SLOPE,
        )
        return cls(float(slopes[0]), float(slopes[1]), intercept)

    def apply(self, score: Floats) -> Floats:
        """Probability of each score."""
        return expit(self._inputs(score) @ np.array([self.low, self.high]) + self.intercept)

    @staticmethod
    def _inputs(score: Floats) -> Floats:
        kept = np.clip(score, EDGE, 1 - EDGE)
        return np.column_stack([np.log(kept), -np.log1p(-kept)])


@dataclass(frozen=True)
class Isotonic:
    """Centred isotonic regression: the steps of the isotonic fit, joined by lines between their centres.

    Oron and Flournoy (2017), Centered Isotonic Regression, Statistics in Biopharmaceutical Research 9. A
    thousandth of the score itself is mixed in: where the fit is flat, the order of the scores still holds.
    """

    knots: tuple[float, ...]
    values: tuple[float, ...]
    name: ClassVar[str] = "isotonic"
    own_share: ClassVar[float] = 1e-3

    @classmethod
    def fit(cls, scored: Scored) -> Self:
        """Learn the steps, each shrunk towards the overall rate by one row."""
        from scipy.optimize import isotonic_regression  # noqa: PLC0415 - a stored model is read without it

        at, step = np.unique(logit(scored.score), return_inverse=True)
        weight = np.bincount(step, scored.weight)
        bought = np.bincount(step, scored.weight * scored.label)
        block = isotonic_regression(bought / weight, weights=weight).blocks[:-1]
        weights, boughts = np.add.reduceat(weight, block), np.add.reduceat(bought, block)
        centres = np.add.reduceat(weight * at, block) / weights
        rate = boughts.sum() / weights.sum()
        values = np.maximum.accumulate((boughts + rate) / (weights + 1.0))
        return cls(tuple(centres.tolist()), tuple(values.tolist()))

    def apply(self, score: Floats) -> Floats:
        """Probability of each score."""
        fitted = np.interp(logit(score), self.knots, self.values)
        return np.clip((1 - self.own_share) * fitted + self.own_share * score, EDGE, 1 - EDGE)


CANDIDATES: Final[tuple[type[Calibrator], ...]] = (Identity, Sigmoid, Beta, Isotonic)


@dataclass(frozen=True)
class Calibration:
    """A calibrator, and the log-loss by which each candidate was judged (none where it could not be)."""

    calibrator: Calibrator
    losses: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return a description that JSON can hold; ``from_json`` reads it back."""
        parameters = asdict(self.calibrator)  # type: ignore[call-overload]
        return {"name": self.calibrator.name, "parameters": parameters, "losses": self.losses}

    @classmethod
    def from_json(cls, description: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        kind = next(kind for kind in CANDIDATES if kind.name == description["name"])
        return cls(kind(**description["parameters"]), description["losses"])


def choose_calibration(scored: Scored) -> Calibration:
    """Fit each candidate on the earlier weeks, judge it on the next, and refit the best on all of them.

    A simpler one is kept unless another lowers the log-loss by a thousandth of its value, and by more than
    the standard error of that difference: of few rows the best is often the luckiest (Breiman et al. 1984,
    Classification and Regression Trees, 3.4.3). With a single week there is nothing to judge on: then a
    sigmoid, or the score itself where hardly anybody bought.
    """
    weeks = np.unique(scored.origin)
    judged = [(scored.where(scored.origin < week), scored.where(scored.origin == week)) for week in weeks[1:]]
    folds = [
        (before, now) for before, now in judged if before.purchases >= ENOUGH_FOR_SIGMOID and now.purchases
    ]
    if not folds:
        enough = scored.purchases >= ENOUGH_FOR_SIGMOID
        return Calibration(Sigmoid.fit(scored.condensed()) if enough else Identity(), {})
    weight = np.concatenate([now.weight for _, now in folds])
    rows = {kind.name: _row_losses(kind, folds) for kind in CANDIDATES if _enough(kind, folds)}
    losses = {name: float(np.average(each, weights=weight)) for name, each in rows.items()}
    best = min(losses, key=lambda name: losses[name])

    def suffices(name: str) -> bool:
        error = _standard_error(rows[name] - rows[best], weight)
        return losses[name] - losses[best] <= max(TOLERANCE * losses[best], error)

    chosen = next(kind for kind in CANDIDATES if kind.name in rows and suffices(kind.name))
    return Calibration(chosen.fit(scored.condensed()), losses)


def _enough(kind: type[Calibrator], folds: list[tuple[Scored, Scored]]) -> bool:
    return kind is not Isotonic or min(earlier.purchases for earlier, _ in folds) >= ENOUGH_FOR_ISOTONIC


def _row_losses(kind: type[Calibrator], folds: list[tuple[Scored, Scored]]) -> Floats:
    """Log-loss of each judged row, its calibrator fitted on the weeks before."""
    return np.concatenate(
        [log_losses(now.label, kind.fit(earlier).apply(now.score)) for earlier, now in folds]
    )


def _standard_error(values: Floats, weight: Floats) -> float:
    """Of a weighted mean."""
    spread = weight * (values - np.average(values, weights=weight))
    return float(np.sqrt(np.sum(spread**2)) / weight.sum())
