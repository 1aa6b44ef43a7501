"""A circuit that opens: a service that keeps failing is left alone for a while.

Libraries were looked at: pybreaker knows threads, not asyncio; aiobreaker is no longer kept; both read the
wall clock, which jumps.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sodai.settings.services import CircuitSettings


@dataclass
class Circuit:
    """Closed while a service answers; open after failures in a row; half open when the rest is over.

    Parameters
    ----------
    settings : CircuitSettings
    clock : callable
        Seconds that never go back.
    """

    settings: CircuitSettings
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _until: float = field(default=float("-inf"), repr=False)

    @property
    def is_open(self) -> bool:
        """Whether the service is to be left alone now."""
        return self.clock() < self._until

    def succeeded(self) -> None:
        """Say that the service answered."""
        self.failures, self._until = 0, float("-inf")

    def failed(self) -> None:
        """Say that it did not; after a rest one more failure opens the circuit again."""
        self.failures += 1
        if self.failures >= self.settings.failures:
            self._until = self.clock() + self.settings.rest_seconds
