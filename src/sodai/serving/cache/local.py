"""The cache in the process: the least recently used goes first, by number and by bytes."""

import time
from collections import OrderedDict
from collections.abc import Callable

from sodai.settings.services import CacheSettings

OVERHEAD_BYTES = 200


class LocalCache:
    """Answers by key.

    Parameters
    ----------
    settings : CacheSettings
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, settings: CacheSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._held: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: str) -> bytes | None:
        """Return an answer that is still good."""
        found = self._held.get(key)
        if found is None:
            return None
        if self._clock() >= found[0]:
            self._drop(key)
            return None
        self._held.move_to_end(key)
        return found[1]

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer; one that is larger than all there is room for is not kept."""
        if key in self._held:
            self._drop(key)
        if len(answer) + OVERHEAD_BYTES > self._settings.max_bytes or not self._settings.max_entries:
            return
        self._held[key] = (self._clock() + self._settings.ttl_seconds, answer)
        self.bytes += len(answer) + OVERHEAD_BYTES
        while len(self._held) > self._settings.max_entries or self.bytes > self._settings.max_bytes:
            self._drop(next(iter(self._held)))

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self.bytes = 0

    def _drop(self, key: str) -> None:
        self.bytes -= len(self._held.pop(key)[1]) + OVERHEAD_BYTES
