"""A circuit breaker: while Microsoft Graph does not answer, nobody waits for it.

After some straight failures calls are refused at once; later one call is let through, and decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.graph.errors import GraphError
from bot.graph.limits import BreakerLimits, limits

OPEN = "circuit_open"


class Breaker:
    """Closed while calls succeed; `clock` gives seconds that never go back."""

    def __init__(
        self, numbers: BreakerLimits | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._numbers = numbers or limits().breaker
        self._clock = clock
        self._failures = 0
        self._pause_s = self._numbers.pause_s
        self._until: float | None = None
        self._trying = False

    def check(self) -> None:
        """Raises `GraphError` when the call is not to be made; else somebody must tell `good` or `bad`."""
        if self._until is None:
            return
        left = self._until - self._clock()
        if left > 0:
            raise GraphError(
                f"Microsoft Graph does not answer ({self._failures} tries failed); next try in {left:.0f} s",
                code=OPEN,
            )
        self._until = self._clock() + self._pause_s  # this call tries; others wait for what it finds
        self._trying = True

    def good(self) -> None:
        """An answer came."""
        self._failures, self._until, self._pause_s = 0, None, self._numbers.pause_s
        self._trying = False

    def bad(self) -> None:
        """No answer came, or one that says that the service is broken."""
        self._failures += 1
        if self._trying:
            self._trying, self._pause_s = False, min(self._numbers.longest_s, self._pause_s * 2)
            self._until = self._clock() + self._pause_s
        elif self._until is None and self._failures >= self._numbers.failures:
            self._until = self._clock() + self._pause_s
