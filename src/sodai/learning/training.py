"""From a choice to a model: fit on the past, calibrate on weeks that were not fitted on, then fit on all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Self

import numpy as np

from sodai.learning.algorithm import Algorithm
from sodai.learning.algorithms import build
from sodai.learning.calibration import Calibration, Identity, Scored, choose_calibration
from sodai.learning.choice import Choice
from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.measures import Floats
from sodai.learning.model import CHUNK_ROWS, Model, ModelMeta
from sodai.learning.order import among, check_time_order, hold_out, known_before, sample_rows
from sodai.learning.quantity import Quantity
from sodai.settings import InputError, Settings, UsageError

SCALE_WITHIN: Final = (0.5, 2.0)


@dataclass(frozen=True)
class WeekTotal:
    """The purchases of a week, each measured in what the quantity model expected of it, and their number.

    Each purchase counts alike: where some products are counted in thousands, a sum of items hears them alone.
    """

    origin: date
    bought: float
    purchases: float


@dataclass(frozen=True, eq=False)
class OutOfTime:
    """What fits on earlier weeks said of recent ones: the evidence for calibration.

    Attributes
    ----------
    scored : Scored, optional
        None where the history is too short.
    totals : tuple of WeekTotal
    """

    scored: Scored | None = None
    totals: tuple[WeekTotal, ...] = ()

    @property
    def calibration(self) -> Calibration:
        """Calibration chosen on the scores; the scores themselves without any."""
        return Calibration(Identity(), {}) if self.scored is None else choose_calibration(self.scored)

    @property
    def quantity_scale(self) -> float:
        """Factor that makes the mean purchase what was expected of it: the intercept of the gamma loss.

        Kept within a half and twice: beyond that the weeks are odd, not the model.
        """
        purchases = sum(week.purchases for week in self.totals)
        ratio = sum(week.bought for week in self.totals) / purchases if purchases > 0 else 1.0
        return float(np.clip(ratio, *SCALE_WITHIN))

    def known_on(self, day: date, settings: Settings) -> "OutOfTime":
        """Keep the newest ``validation_weeks`` whose outcome was known on ``day``."""
        if self.scored is None:
            return self
        origins = [origin.item() for origin in np.unique(self.scored.origin)]
        weeks = known_before(origins, day, settings.horizon_days)[-settings.learning.validation_weeks :]
        totals = tuple(week for week in self.totals if week.origin in weeks)
        scored = self.scored.where(among(self.scored.origin, weeks)) if weeks else None
        return OutOfTime(scored, totals)

    @classmethod
    def join(cls, parts: "Iterable[OutOfTime]") -> "OutOfTime":
        """Put the evidence of several fits together."""
        parts = list(parts)
        scored = [part.scored for part in parts if part.scored is not None]
        totals = tuple(week for part in parts for week in part.totals)
        return cls(Scored.join(scored) if scored else None, totals)


@dataclass(frozen=True, eq=False)
class Fitted:
    """An algorithm and a quantity model, fitted on rows whose target windows ended before ``day``."""

    algorithm: Algorithm[Any]
    quantity: Quantity
    day: date
    rows: int
    positives: int
    origins: tuple[date, ...]

    @classmethod
    def before(cls, panel: Frame, choice: Choice, day: date, settings: Settings) -> Self:
        """Fit ``choice`` on everything that was known on ``day``.

        Parameters
        ----------
        panel : Frame
            May hold later rows: they are not read.
        choice : Choice
        day : date
            First day that is not known.
        settings : Settings

        Raises
        ------
        InputError
            If nothing was known on that day.
        """
        origins = known_before(panel.origins(), day, settings.horizon_days)
        if not origins:
            raise InputError(f"no week of the panel was over on {day}", hint="Choose a later day.")
        known = np.flatnonzero(among(panel.origin, origins))
        at = known[sample_rows(len(known), settings.learning.max_training_rows, settings.seed)]
        check_time_order(panel.origin[at], day, settings.horizon_days)
        design = Design.of(panel, at=at)
        seed, threads = settings.seed, settings.learning.threads
        return cls(
            algorithm=build(choice.family, choice.config, seed=seed, threads=threads).fit(design),
            quantity=Quantity.fit(design, panel.target_items[at], seed=seed, threads=threads),
            day=day,
            rows=len(at),
            positives=int(design.label.sum()),
            origins=tuple(origins),
        )

    def judge(self, frame: Frame) -> tuple[OutOfTime, Floats]:
        """Score rows at or after the day of the fit.

        Returns
        -------
        evidence : OutOfTime
        quantities : ndarray
            Expected items of a purchase for each row.

        Raises
        ------
        UsageError
            If the fit could have seen what became of a row.
        """
        early = [origin for origin in frame.origins() if origin < self.day]
        if early:
            raise UsageError(
                f"rows of {early[0]} may not be judged by a fit of {self.day}", allowed=f"from {self.day}"
            )
        scores, quantities = [np.empty(0)], [np.empty(0)]
        for start in range(0, len(frame), CHUNK_ROWS):
            matrix = self.algorithm.schema.encode(frame.features.iloc[start : start + CHUNK_ROWS])
            scores.append(self.algorithm.predict_matrix(matrix))
            quantities.append(self.quantity.predict_matrix(matrix))
        expected = np.concatenate(quantities)
        scored = Scored(np.concatenate(scores), frame.label, frame.weight, frame.origin)
        return OutOfTime(scored, week_totals(frame, expected)), expected

    def model(self, evidence: OutOfTime, settings: Settings) -> Model:
        """Bundle the fit with what recent weeks teach about its probabilities and quantities."""
        meta = ModelMeta(
            trained_at_origin=self.day,
            first_origin=self.origins[0],
            last_origin=self.origins[-1],
            training_rows=self.rows,
            positives=self.positives,
            seed=settings.seed,
        )
        quantity = self.quantity.scaled(evidence.quantity_scale)
        return Model(self.algorithm, evidence.calibration, quantity, meta)


def out_of_time(panel: Frame, choice: Choice, settings: Settings, *, day: date = date.max) -> OutOfTime:
    """Fit on the weeks before the newest ``validation_weeks`` that were over on ``day``, and score these.

    A history too short for that gives no scores.
    """
    origins = known_before(panel.origins(), day, settings.horizon_days)
    split = hold_out(origins, settings.learning.validation_weeks, settings.horizon_days)
    if split is None:
        return OutOfTime()
    fitted = Fitted.before(panel, choice, split.held[0], settings)
    return fitted.judge(panel.where(among(panel.origin, split.held)))[0]


def train(panel: Frame, choice: Choice, settings: Settings, *, evidence: OutOfTime | None = None) -> Model:
    """Fit ``choice`` on the whole panel and calibrate it.

    Parameters
    ----------
    panel : Frame
    choice : Choice
        From ``StudyResult.choice`` or ``StudyResult.choice_of``.
    settings : Settings
    evidence : OutOfTime, optional
        What fits on earlier weeks said of recent ones, when it is at hand; else it is made, which costs
        another fit.
    """
    evidence = evidence or out_of_time(panel, choice, settings)
    day = panel.origins()[-1] + timedelta(days=settings.horizon_days)
    return Fitted.before(panel, choice, day, settings).model(evidence, settings)


def week_totals(frame: Frame, expected: Floats) -> tuple[WeekTotal, ...]:
    """Sum up each week's purchases, measured in what was expected of them."""
    bought = (frame.label == 1) & (frame.target_items > 0)
    measured = frame.target_items / expected
    weeks = [(origin, bought & (frame.origin == origin)) for origin in np.unique(frame.origin)]
    return tuple(
        WeekTotal(origin.item(), float(measured[rows].sum()), float(rows.sum())) for origin, rows in weeks
    )
