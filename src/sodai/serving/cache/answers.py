"""One face over both caches: the process first, then the server, which may be away."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from sodai.serving.cache.away import CacheAwayError
from sodai.serving.cache.local import LocalCache
from sodai.serving.circuit import Circuit
from sodai.serving.metrics import Metrics
from sodai.settings.services import ServingSettings

if TYPE_CHECKING:
    from sodai.serving.cache.shared import SharedCache

log = structlog.get_logger()


class AnswerCache:
    """Answers of the state that is served.

    Parameters
    ----------
    settings : ServingSettings
    metrics : Metrics
    """

    def __init__(self, settings: ServingSettings, metrics: Metrics) -> None:
        self._metrics = metrics
        self.local = LocalCache(settings.cache)
        self.shared = _shared(settings)
        self.circuit = Circuit(settings.circuit)
        self._writing: set[asyncio.Task[None]] = set()

    def peek(self, state: str, key: str) -> bytes | None:
        """Return an answer that the process has."""
        found = self.local.get(f"{state}/{key}")
        if found is not None:
            self._metrics.cache.labels("local").inc()
        return found

    async def get(self, state: str, key: str) -> bytes | None:
        """Return an answer that the process or the server has."""
        found = self.peek(state, key)
        if found is None and self.shared is not None and not self.circuit.is_open:
            found = await self._asked(self.shared, state, key)
            if found is not None:
                self.local.put(f"{state}/{key}", found)
        if found is None:
            self._metrics.cache.labels("miss").inc()
        return found

    async def _asked(self, shared: "SharedCache", state: str, key: str) -> bytes | None:
        try:
            found = await shared.get(state, key)
        except ValueError:
            self._metrics.cache.labels("corrupt").inc()
            return None
        except CacheAwayError as error:
            self._failed(error)
            return None
        self.circuit.succeeded()
        if found is not None:
            self._metrics.cache.labels("shared").inc()
        return found

    def put(self, state: str, key: str, answer: bytes) -> None:
        """Keep an answer; the server gets it in the background."""
        self.local.put(f"{state}/{key}", answer)
        self._metrics.cache_bytes.set(self.local.bytes)
        if self.shared is not None and not self.circuit.is_open:
            self._later(self._sent(self.shared, state, key, answer))

    async def _sent(self, shared: "SharedCache", state: str, key: str, answer: bytes) -> None:
        try:
            await shared.put(state, key, answer)
        except CacheAwayError as error:
            self._failed(error)

    def switched(self, before: str | None) -> None:
        """Forget what was made from a state that is no longer served."""
        self.local.clear()
        if before is not None and self.shared is not None and not self.circuit.is_open:
            self._later(self._forgotten(self.shared, before))

    async def _forgotten(self, shared: "SharedCache", state: str) -> None:
        try:
            await shared.forget(state)
        except CacheAwayError as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._metrics.cache.labels("error").inc()
        was_open = self.circuit.is_open
        self.circuit.failed()
        self._metrics.circuit.labels("cache").set(self.circuit.is_open)
        if self.circuit.is_open and not was_open:
            log.warning("cache away", error=type(error).__name__)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def close(self) -> None:
        """Wait for what is being written, and close."""
        if self._writing:
            await asyncio.wait(self._writing, timeout=1.0)
        if self.shared is not None:
            await self.shared.close()


def _shared(settings: ServingSettings) -> "SharedCache | None":
    if settings.cache.url is None:
        return None
    from sodai.serving.cache.shared import SharedCache  # noqa: PLC0415 - a second that most starts need not

    return SharedCache(settings.cache)
