"""Which past weeks a run learns from and which it is judged on."""

from dataclasses import dataclass
from datetime import date

from sodai.learning.order import known_before
from sodai.settings import InputError, Settings
from sodai.settings.weeks import WEEK_DAYS, past_origins

# One week each to learn from, to choose on and to be judged on.
FEWEST_ORIGINS = 3
SPARE_TRAINING_WEEKS = 2


@dataclass(frozen=True)
class Windows:
    """The past origins of a run, oldest first.

    Parameters
    ----------
    panel : tuple of date
        All that are learned from in the end.
    test : tuple of date
        The newest of them, on which a model fitted on earlier ones is judged.
    horizon_days : int
        Length of a target window.
    """

    panel: tuple[date, ...]
    test: tuple[date, ...]
    horizon_days: int

    @property
    def training(self) -> tuple[date, ...]:
        """Origins whose target windows had ended when the test began."""
        return tuple(known_before(self.panel, self.test[0], self.horizon_days))


def warm_origins(origin: date, first_day: date, settings: Settings) -> tuple[date, ...]:
    """Past origins with ``features.warmup_weeks`` of history, oldest first; younger ones if those are few.

    At most the newest ``learning.panel_weeks`` of them.
    """
    past = past_origins(origin, first_day, settings.horizon_days)
    warm = [day for day in past if (day - first_day).days >= WEEK_DAYS * settings.features.warmup_weeks]
    wanted = settings.evaluation.test_weeks + settings.learning.validation_weeks + SPARE_TRAINING_WEEKS
    used = warm if len(warm) >= wanted else past[:wanted]
    return tuple(sorted(used[: settings.learning.panel_weeks]))


def windows_of(origin: date, first_day: date, settings: Settings) -> Windows:
    """Lay out the past of a run.

    Raises
    ------
    InputError
        If the history is too short for one week each to learn from, to choose on and to be judged on.
    """
    used = warm_origins(origin, first_day, settings)
    test_weeks = min(settings.evaluation.test_weeks, max(1, len(used) // 3))
    windows = Windows(used, used[-test_weeks:], settings.horizon_days)
    if len(used) < FEWEST_ORIGINS or len(windows.training) < FEWEST_ORIGINS - 1:
        weeks = FEWEST_ORIGINS * -(-settings.horizon_days // WEEK_DAYS) + 1
        raise InputError(
            f"the history before {origin} is too short to learn from: it begins on {first_day}",
            allowed=f"about {weeks} weeks or more",
            hint="Deliver more of the past, or choose a later --origin.",
        )
    return windows
