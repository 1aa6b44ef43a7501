"""The state in use, and the watch that replaces it when the home says that something else is live."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import structlog

from sodai.publishing import Live, live_week
from sodai.serving.state.loading import load_state
from sodai.serving.state.state import Champion, State
from sodai.settings import InputError, Settings, SodaiError, UsageError
from sodai.tracking import Registry
from sodai.tracking.version import CHAMPION

log = structlog.get_logger()

Switched = Callable[[State | None, State], None]


@dataclass(frozen=True)
class Trouble:
    """Why what the home names is not what is served."""

    what: str
    since: float


class Holder:
    """Holds the state, and looks for a new one.

    A week that cannot be read never replaces one that can: the old one goes on, and `trouble` says why.

    Parameters
    ----------
    home : Path
    settings : Settings
    on_switch : callable
        Told of the old state and the new one after each switch.
    """

    def __init__(self, home: Path, settings: Settings, on_switch: Switched) -> None:
        self.home, self.settings, self._on_switch = home, settings, on_switch
        self._state: State | None = None
        self._seen: tuple[object, ...] = ()
        self._registry_at = float("-inf")
        self._version: int | None = None
        self.trouble: Trouble | None = None
        self.registry_trouble: Trouble | None = None

    @property
    def current(self) -> State | None:
        """What is served now; None before the first load."""
        return self._state

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self.settings.serving.poll_seconds)

    async def look(self) -> None:
        """Look once; reading is done in a thread, the switch is one assignment."""
        with structlog.contextvars.bound_contextvars(correlation_id=uuid4().hex):
            found = await asyncio.to_thread(self._renewed)
            if found is not None:
                before, self._state = self._state, found
                self._on_switch(before, found)
                log.info("switched", week=str(found.origin), state=found.key)

    def _renewed(self) -> State | None:
        state = self._week_looked_up()
        return self._champion_looked_up(state) or (state if state is not self._state else None)

    def _week_looked_up(self) -> State | None:
        signature = self._signature()
        if signature == self._seen:
            return self._state
        try:
            fresh = load_state(self.home, self._live())
        except (SodaiError, OSError, ValueError, KeyError) as error:
            self._troubled(error)
            return self._state or self._without_week(error)
        self._seen, self.trouble = signature, None
        return fresh

    def _live(self) -> Live | None:
        """Return what is live; that nothing is any more is no reason to stop serving a week."""
        live = live_week(self.home)
        if live is None and self._state is not None and self._state.week is not None:
            raise InputError(f"no week is live any more in {self.home}")
        return live

    def _without_week(self, error: Exception) -> State | None:
        """At the start, when the live week cannot be read: what a run knows is better than nothing."""
        if not isinstance(error, UsageError):
            try:
                return load_state(self.home, None)
            except (SodaiError, OSError, ValueError, KeyError) as second:
                log.warning("no state", why=str(second))
        return None

    def _troubled(self, error: Exception) -> None:
        if self.trouble is None or self.trouble.what != str(error):
            self.trouble = Trouble(str(error), time.monotonic())
            log.warning("week not readable", why=str(error))

    def _signature(self) -> tuple[object, ...]:
        """Return what changes when another week goes live: the file that says so is replaced."""
        try:
            found = (self.home / "predictions" / "live.json").stat()
        except OSError:
            return ("absent", len(list((self.home / "runs").glob("*/validate_data/done.json"))))
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _champion_looked_up(self, state: State | None) -> State | None:
        """Return the state with the champion of the registry, if that is another one or the week is new."""
        if state is None:
            return None
        champion = self._asked_champion(state)
        known = state.champion.version.version if state.champion else None
        number = champion.version.version if champion else None
        return state.with_champion(champion) if known != number else None

    def _asked_champion(self, state: State) -> Champion | None:
        wait = self.settings.serving.registry_seconds if self.settings.tracking.uri else 0.0
        kept = (self._state or state).champion
        if time.monotonic() - self._registry_at < wait:
            return kept
        self._registry_at = time.monotonic()
        try:
            champion = self._champion(kept)
        except (SodaiError, OSError) as error:
            if self.registry_trouble is None:
                log.warning("registry away", why=str(error))
            self.registry_trouble = Trouble(str(error), time.monotonic())
            return kept
        self.registry_trouble = None
        return champion

    def _champion(self, kept: Champion | None) -> Champion | None:
        registry = Registry(self.home, self._patient())
        number = registry.aliases().get(CHAMPION)
        if number is None:
            return None
        if kept is not None and kept.version.version == number and kept.folder is not None:
            return kept
        version = registry.version(number)
        return Champion(version, registry.download(version))

    def _patient(self) -> Settings:
        """Return settings under which a registry that is away is given up soon."""
        seconds = min(self.settings.serving.registry_timeout_seconds, self.settings.tracking.timeout_seconds)
        tracking = self.settings.tracking.model_copy(update={"timeout_seconds": seconds, "attempts": 1})
        return self.settings.model_copy(update={"tracking": tracking})
