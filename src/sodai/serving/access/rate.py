"""How many requests a caller may make: a token bucket each.

The library ``limits`` was looked at: its clocks are the wall clock, which jumps.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from sodai.settings.services import LimitSettings

MOST_CALLERS = 10_000


class RateLimit:
    """Buckets that fill with ``per_second`` tokens up to ``burst``; a request takes one.

    >>> limit = RateLimit(LimitSettings(per_second=2, burst=1), clock=lambda: 0.0)
    >>> limit.take("ana"), limit.take("ana"), limit.take("eva")
    (0.0, 0.5, 0.0)
    """

    def __init__(self, settings: LimitSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> float:
        """Take a token; return 0, or the seconds until there is one."""
        now, rate = self._clock(), self._settings.per_second
        held, at = self._buckets.get(caller, (float(self._settings.burst), now))
        held = min(held + (now - at) * rate, float(self._settings.burst))
        wait = 0.0 if held >= 1 else (1 - held) / rate
        self._buckets[caller] = (held - 1 if wait == 0 else held, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return wait
