"""The parts that an app is made of, put together in one place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sodai.serving.access import KeyBook, RateLimit
from sodai.serving.cache import AnswerCache
from sodai.serving.events import EventStore
from sodai.serving.metrics import Metrics
from sodai.serving.problems import NOT_READY, ApiError
from sodai.serving.scoring import ScoringPool
from sodai.serving.state import Holder, State
from sodai.settings import Settings


def today() -> date:
    """Return the day it is here."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, eq=False)
class Services:
    """What routes use.

    Attributes
    ----------
    home : Path
    settings : Settings
    holder : Holder
        What is served.
    cache : AnswerCache
    scoring : ScoringPool
        The champion, ready to score on demand.
    events : EventStore
    keys : KeyBook
    rate : RateLimit
    metrics : Metrics
    is_open : bool
        Whether requests without a key are let in while no key was ever made: on loopback alone.
    today : callable
        The day it is.
    kept : dict
        Figures of runs, which do not change once they are there.
    """

    home: Path
    settings: Settings
    holder: Holder
    cache: AnswerCache
    scoring: ScoringPool
    events: EventStore
    keys: KeyBook
    rate: RateLimit
    metrics: Metrics
    is_open: bool
    today: Callable[[], date] = field(default=today)
    kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, home: Path, settings: Settings, *, is_open: bool) -> "Services":
        """Make the parts for a home; nothing is read or started yet."""
        metrics = Metrics()
        cache = AnswerCache(settings.serving, metrics)
        scoring = ScoringPool(settings.serving.limits)

        def switched(before: State | None, after: State) -> None:
            if before is None or before.key != after.key:
                cache.switched(before.key if before else None)
            scoring.prepare(after)
            metrics.switches.inc()
            metrics.champion.set(after.champion.version.version if after.champion else 0)

        return cls(
            home=home,
            settings=settings,
            holder=Holder(home, settings, switched),
            cache=cache,
            scoring=scoring,
            events=EventStore(home),
            keys=KeyBook(home),
            rate=RateLimit(settings.serving.limits),
            metrics=metrics,
            is_open=is_open,
        )

    @property
    def state(self) -> State:
        """What is served now.

        Raises
        ------
        ApiError
            If nothing is: no run has ended yet.
        """
        state = self.holder.current
        if state is None:
            raise ApiError(
                NOT_READY,
                "there is nothing to serve yet",
                hint="Make a week first: sodai run --data ... --home ...",
                headers={"Retry-After": "5"},
            )
        return state
