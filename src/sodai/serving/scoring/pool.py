"""Engines made ready in the background, and the thread that scores on them."""

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from sodai.serving.problems import BUSY, NOT_READY, ApiError
from sodai.serving.state import State
from sodai.settings import SodaiError
from sodai.settings.services import LimitSettings

if TYPE_CHECKING:
    from sodai.serving.scoring.engine import Engine, Past

log = structlog.get_logger()

# The interpreter's lock lets one thread compute at a time: a second would only take turns with the first.
THREADS = 1
KEPT = 2
T = TypeVar("T")
Key = tuple[str, Path, str]


class NotPreparedError(SodaiError):
    """Nothing can be scored on demand: no champion, or not yet."""


class ScoringPool:
    """Keeps the engines of the newest states.

    A week's past takes seconds to make ready, a champion on it a fraction of one: both happen in a thread,
    and requests on the state wait for them.
    """

    def __init__(self, limits: LimitSettings) -> None:
        self._limits = limits
        self._pasts: dict[tuple[str, Path], asyncio.Task[Past]] = {}
        self._engines: dict[Key, asyncio.Task[Engine]] = {}
        self._makers = ThreadPoolExecutor(1, "prepare")
        self._workers = ThreadPoolExecutor(THREADS, "score")
        self._waiting = 0

    def prepare(self, state: State) -> None:
        """Begin to make a state ready, if it is not."""
        if state.champion is None or state.champion.folder is None:
            return
        key = _key(state)
        if key not in self._engines:
            self._engines[key] = asyncio.create_task(self._made(state, state.champion.folder))
            self._engines[key].add_done_callback(_told)
        for old in list(self._engines)[:-KEPT]:
            del self._engines[old]
        for unused in set(self._pasts) - {key[:2] for key in self._engines}:
            del self._pasts[unused]

    async def _made(self, state: State, folder: Path) -> "Engine":
        loop = asyncio.get_running_loop()
        key = _key(state)[:2]
        if key not in self._pasts or _failed(self._pasts[key]):
            self._pasts[key] = asyncio.ensure_future(_in(loop, self._makers, lambda: _past_of(state)))
        past = await asyncio.shield(self._pasts[key])
        engine = await loop.run_in_executor(self._makers, lambda: _engine_on(past, folder, state))
        gc.freeze()  # What is held for a week is not looked through by each collection of garbage.
        return engine

    def is_ready(self, state: State) -> bool:
        """Whether scores of a state need no waiting."""
        task = self._engines.get(_key(state))
        return task is not None and task.done() and not _failed(task)

    async def run(self, state: State, work: "Callable[[Engine], T]") -> T:
        """Let a thread work on the engine of a state.

        Raises
        ------
        NotPreparedError
            If there is none.
        ApiError
            If too many wait already.
        """
        engine = await self._engine(state)
        if self._waiting >= self._limits.scoring:
            raise ApiError(BUSY, "too many requests are being scored", headers={"Retry-After": "1"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, work, engine)
        finally:
            self._waiting -= 1

    async def _engine(self, state: State) -> "Engine":
        self.prepare(state)
        task = self._engines.get(_key(state))
        if task is None:
            raise NotPreparedError("there is no champion to score with", hint="Train one: sodai run.")
        await asyncio.wait([task])
        if _failed(task):
            self._engines.pop(_key(state), None)  # The next request tries again.
            raise NotPreparedError("the champion could not be made ready", hint="The log says why.")
        return task.result()

    def close(self) -> None:
        """End the threads."""
        for task in (*self._engines.values(), *self._pasts.values()):
            task.cancel()
        self._makers.shutdown(wait=False, cancel_futures=True)
        self._workers.shutdown(wait=False, cancel_futures=True)


def _past_of(state: State) -> "Past":
    from sodai.serving.scoring.engine import Past  # noqa: PLC0415 - seconds that the start need not wait for

    return Past.of(state)


def _engine_on(past: "Past", folder: Path, state: State) -> "Engine":
    from sodai.serving.scoring.engine import Engine  # noqa: PLC0415 - as above

    return Engine.load(past, folder, state.settings)


def not_prepared(error: NotPreparedError) -> ApiError:
    """Make the answer of a request that needs the champion."""
    return ApiError(NOT_READY, error.what, hint=error.hint, headers={"Retry-After": "5"})


def _key(state: State) -> Key:
    champion = state.champion.version.version if state.champion else 0
    return (state.week.digest if state.week else "", state.run, str(champion))


def _failed(task: "asyncio.Task[Any]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _told(task: "asyncio.Task[Engine]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("champion not made ready", error=str(task.exception()))


async def _in(loop: asyncio.AbstractEventLoop, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await loop.run_in_executor(pool, work)
