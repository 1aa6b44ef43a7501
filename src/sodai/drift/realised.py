"""Realised quality: what the champion explains of each week, alone and beyond the baseline, by customer."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sodai.drift.estimate import clustered_ratio
from sodai.drift.judged import Judged
from sodai.drift.sequence import half_width
from sodai.learning.measures import average_precision

FEWEST_WEEKS: Final = 3


@dataclass(frozen=True)
class WeekQuality:
    """One week that is over.

    Parameters
    ----------
    origin : str
        ISO day.
    customers : int
    skill, skill_error : float
        Share of the log-loss of knowing the week's purchase rate alone that the champion saves, and its
        standard error over customers. All scores are taken at the week's own level of purchases.
    gain, gain_error : float
        The same, of the baseline's log-loss.
    pr_auc, baseline_pr_auc : float
    purchases, expected_purchases, items, expected_items : float
        What was bought, and what the champion expected.
    """

    origin: str
    customers: int
    skill: float
    skill_error: float
    gain: float
    gain_error: float
    pr_auc: float
    baseline_pr_auc: float
    purchases: float
    expected_purchases: float
    items: float
    expected_items: float


@dataclass(frozen=True)
class Fall:
    """How far the weeks since training lie below validation, as a share of the champion's log-loss.

    A week can be hard for everybody, and a baseline can have a good week: harm is what shows in both the
    champion's own skill and its gain over the baseline, so the smaller fall counts. ``low`` is the lower end
    of its confidence sequence, which may be looked at every week.
    """

    weeks: int
    validation_weeks: int
    share: float
    low: float


def quality(week: Judged) -> WeekQuality:
    """Judge one week."""
    rate = np.full(len(week), week.weight @ week.label / week.weight.sum())
    ours, theirs = (week.losses(week.levelled(said)) for said in (week.champion, week.baseline))
    alone = week.losses(rate)
    skill = clustered_ratio(alone - ours, alone, week.customer)
    gain = clustered_ratio(theirs - ours, theirs, week.customer)
    return WeekQuality(
        origin=str(week.origin[0]),
        customers=gain.customers,
        skill=skill.value,
        skill_error=skill.error,
        gain=gain.value,
        gain_error=gain.error,
        pr_auc=average_precision(week.label, week.champion, week.weight),
        baseline_pr_auc=average_precision(week.label, week.baseline, week.weight),
        purchases=float(week.weight @ week.label),
        expected_purchases=float(week.weight @ week.champion),
        items=float(week.weight @ week.items),
        expected_items=float(week.weight @ week.expected_items),
    )


def fall(
    validation: list[WeekQuality], since: list[WeekQuality], *, error: float, tightest_at: float
) -> Fall | None:
    """Compare the weeks since training with validation; None where either is too short to say."""
    if len(validation) < FEWEST_WEEKS or not since:
        return None
    falls = [_fall(measure, validation, since, error, tightest_at) for measure in ("skill", "gain")]
    return Fall(len(since), len(validation), min(share for share, _ in falls), min(low for _, low in falls))


def _fall(
    measure: str, validation: list[WeekQuality], since: list[WeekQuality], error: float, tightest_at: float
) -> tuple[float, float]:
    """Fall of the mean and its lower end.

    The deviation of one week is the larger one of the two stretches: it holds what customers and weeks add,
    and a few weeks that swing are not a few that fell.
    """
    usual, new = (np.array([getattr(week, measure) for week in weeks]) for weeks in (validation, since))
    own = float(np.mean([getattr(week, f"{measure}_error") for week in validation]))
    swing = float(new.std(ddof=1)) if len(new) > 1 else 0.0
    deviation = max(float(usual.std(ddof=1)), swing, own)
    mean = float(usual.mean() - new.mean())
    # The mean of validation is itself uncertain: the two errors add.
    known = 1 / (1 / len(new) + 1 / len(usual))
    width = half_width(max(known, 1.0), deviation, error=error, tightest_at=tightest_at)
    scale = max(1 - float(usual.mean()), 0.01)
    return mean / scale, (mean - width) / scale
