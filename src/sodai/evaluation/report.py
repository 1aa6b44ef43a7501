"""What an evaluation found, as frozen values that go to JSON and come back."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any, Self

import pandas as pd

from sodai.evaluation.resampling import Interval
from sodai.settings import UsageError


@dataclass(frozen=True)
class Measurement:
    """A metric of one score: the mean over ``weeks`` weeks, with its interval; NaN where not defined."""

    metric: str
    score: str
    value: float
    low: float
    high: float
    weeks: int


@dataclass(frozen=True)
class Difference:
    """The paired difference ``score - reference`` of a metric, with its interval."""

    metric: str
    score: str
    reference: str
    value: float
    low: float
    high: float

    def reversed(self) -> "Difference":
        """Look at the same difference from the other side."""
        return Difference(
            self.metric, self.reference, self.score, 0 - self.value, 0 - self.high, 0 - self.low
        )


@dataclass(frozen=True)
class SliceMeasurement:
    """A metric of one score on the customers of one class, e.g. dimension ``activity``, name ``heavy``."""

    dimension: str
    name: str
    customers: int
    pairs: int
    positives: int
    metric: str
    score: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class WeekMeasurement:
    """A metric of one score in one week."""

    origin: str
    metric: str
    score: str
    value: float


@dataclass(frozen=True)
class WeekCounts:
    """What was there to judge in one week."""

    origin: str
    pairs: int
    customers: int
    products: int
    positives: int
    customers_with_positives: int


@dataclass(frozen=True)
class Cut:
    """The cut behind F1 that was used for ``score`` in the week of ``origin``."""

    origin: str
    score: str
    value: float


@dataclass(frozen=True)
class Report:
    """Everything that :func:`sodai.evaluation.evaluate` found.

    Attributes
    ----------
    scores : tuple of str
        What was judged, in the order given.
    confidence, replicates : float, int
        Of the intervals.
    customers_with_positives : int
        Customers who bought a candidate in any of the weeks: the size of the evidence.
    weeks : tuple of WeekCounts
    measurements, differences, by_week, slices, cuts : tuples
        ``differences`` holds each two scores once; :meth:`difference` finds both directions.
    identical : tuple of pairs of str
        Scores that agree in every row.
    """

    scores: tuple[str, ...]
    confidence: float
    replicates: int
    customers_with_positives: int
    weeks: tuple[WeekCounts, ...]
    measurements: tuple[Measurement, ...]
    differences: tuple[Difference, ...]
    by_week: tuple[WeekMeasurement, ...]
    slices: tuple[SliceMeasurement, ...]
    cuts: tuple[Cut, ...]
    identical: tuple[tuple[str, str], ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics, in order."""
        return tuple(dict.fromkeys(m.metric for m in self.measurements))

    @cached_property
    def _measured(self) -> dict[tuple[str, str], Measurement]:
        return {(m.metric, m.score): m for m in self.measurements}

    @cached_property
    def _differences(self) -> dict[tuple[str, str, str], Difference]:
        both = [d for one in self.differences for d in (one, one.reversed())]
        return {(d.metric, d.score, d.reference): d for d in both}

    def measured(self, metric: str, score: str) -> Measurement:
        """Find one figure.

        Raises
        ------
        UsageError
            If there is no such metric or score in the report.
        """
        self._check(metric, score)
        return self._measured[metric, score]

    def difference(self, metric: str, score: str, reference: str) -> Difference:
        """Find ``score - reference``; exactly zero when both are the same score.

        Raises
        ------
        UsageError
            If there is no such metric or score in the report.
        """
        self._check(metric, score, reference)
        if score == reference:
            value = self._measured[metric, score].value
            zero = 0.0 if math.isfinite(value) else math.nan
            return Difference(metric, score, reference, zero, zero, zero)
        return self._differences[metric, score, reference]

    def agree(self, a: str, b: str) -> bool:
        """Whether two scores are the same in every row."""
        return a == b or (a, b) in self.identical or (b, a) in self.identical

    def table(self, reference: str) -> list[dict[str, Any]]:
        """One row a metric and score: value and interval, and the paired difference to ``reference``."""
        found = []
        for m in self.measurements:
            d = self.difference(m.metric, m.score, reference)
            against = {
                "reference": reference,
                "difference": d.value,
                "difference_low": d.low,
                "difference_high": d.high,
            }
            found.append(asdict(m) | against)
        return found

    def to_frame(self, reference: str) -> pd.DataFrame:
        """:meth:`table` as a DataFrame."""
        return pd.DataFrame(self.table(reference))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is not defined is null."""
        plain: dict[str, Any] = jsonable(asdict(self))
        return plain

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """Read back what :meth:`to_dict` wrote."""
        kinds = {
            "weeks": WeekCounts,
            "measurements": Measurement,
            "differences": Difference,
            "by_week": WeekMeasurement,
            "slices": SliceMeasurement,
            "cuts": Cut,
        }
        parts: dict[str, Any] = {f.name: found[f.name] for f in fields(cls)}
        for name, kind in kinds.items():
            parts[name] = tuple(kind(**_with_nan(row)) for row in found[name])
        parts["scores"] = tuple(found["scores"])
        parts["identical"] = tuple((a, b) for a, b in found["identical"])
        return cls(**parts)

    def _check(self, metric: str, *scores: str) -> None:
        if metric not in self.metrics:
            raise UsageError(
                "there is no such metric in the report", got=metric, allowed=", ".join(self.metrics)
            )
        for score in scores:
            if score not in self.scores:
                raise UsageError(
                    "there is no such score in the report", got=score, allowed=", ".join(self.scores)
                )


def jsonable(value: Any) -> Any:
    """Replace what JSON cannot say: NaN and infinities by None, tuples by lists."""
    if isinstance(value, Mapping):
        return {key: jsonable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def interval_fields(found: Interval) -> dict[str, float]:
    """Turn an interval into keyword arguments."""
    return {"value": found.value, "low": found.low, "high": found.high}


def _with_nan(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: math.nan if value is None else value for key, value in row.items()}
