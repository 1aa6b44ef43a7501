"""What keeping the champion costs: realised quality, where it errs, and what the coming week promises."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sodai.drift.judged import Judged
from sodai.drift.misfit import Misfit, misfits
from sodai.drift.outlook import Outlook, outlook
from sodai.drift.realised import Fall, WeekQuality, fall, quality
from sodai.learning.measures import Floats
from sodai.settings.model import DriftSettings

TIGHTEST_AT: Final = 4


@dataclass(frozen=True)
class Harm:
    """The harm that is measured, week by week and in sum.

    Parameters
    ----------
    validation, since : tuple of WeekQuality
        Weeks on which the champion's twin was judged before it was trained, and the weeks since.
    fall : Fall or None
        How far the gain over the baseline fell since.
    misfits : tuple of Misfit
        Errors by attribute in the newest week.
    outlook : Outlook or None
        Expected quality of the coming week.
    volume : float or None
        Purchases over expected ones in the newest week, relative to the same ratio in validation.
    """

    validation: tuple[WeekQuality, ...]
    since: tuple[WeekQuality, ...]
    fall: Fall | None
    misfits: tuple[Misfit, ...]
    outlook: Outlook | None
    volume: float | None

    @property
    def usual_gain(self) -> float:
        """Mean gain over the baseline in validation; 0 where it is not known."""
        return float(np.mean([week.gain for week in self.validation])) if self.validation else 0.0


def harm(
    validation: Judged | None, since: Judged | None, coming: Floats | None, settings: DriftSettings
) -> Harm:
    """Measure the harm.

    Parameters
    ----------
    validation : Judged or None
        Weeks that the champion's twin had not seen, before the champion was trained.
    since : Judged or None
        Weeks that are over and that the champion had not seen.
    coming : ndarray or None
        The champion's probability of every candidate pair of the coming week.
    settings : DriftSettings
    """
    before, after = (_weeks(rows, settings.min_customers) for rows in (validation, since))
    old, new = [quality(week) for week in before], [quality(week) for week in after]
    healthy = [*before, *after[: -settings.recent_weeks]]
    return Harm(
        validation=tuple(old),
        since=tuple(new),
        fall=fall(old, new, error=1 - settings.confidence, tightest_at=TIGHTEST_AT),
        misfits=misfits(healthy, after[-1]) if after else (),
        outlook=None if coming is None else outlook([*before, *after], coming, settings.confidence),
        volume=_volume(old, new[-1]) if old and new else None,
    )


def _weeks(rows: Judged | None, min_customers: int) -> list[Judged]:
    """Weeks with enough customers to say anything."""
    weeks = rows.weeks() if rows is not None and len(rows) else []
    return [week for week in weeks if len(np.unique(week.customer)) >= min_customers and week.label.any()]


def _volume(validation: list[WeekQuality], newest: WeekQuality) -> float:
    usual = sum(w.purchases for w in validation) / max(sum(w.expected_purchases for w in validation), 1e-9)
    return newest.purchases / max(newest.expected_purchases, 1e-9) / max(usual, 1e-9)
