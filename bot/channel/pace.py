"""Teams' rate limits per conversation: better to wait a moment than to be throttled for long."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bot.channel.limits import Window


def earliest(booked: Sequence[float], now: float, windows: Sequence[Window]) -> float:
    """When the next call may start, so that no window holds more calls than it allows.

    `booked` are the starts of earlier calls, in order; all times in seconds.
    """
    start = max(now, booked[-1]) if booked else now
    for count, seconds in windows:
        if len(booked) >= count:
            start = max(start, booked[-count] + seconds)
    return start


class Pace:
    """Spaces out calls that share a key; keys that have been quiet for long are forgotten."""

    def __init__(
        self,
        windows: Sequence[Window],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._windows = windows
        self._memory = max(count for count, _ in windows)
        self._longest = max(seconds for _, seconds in windows)
        self._clock = clock
        self._sleep = sleep
        self._booked: dict[str, deque[float]] = {}

    async def wait(self, key: str) -> None:
        """Waits until a call with that key may start; callers go in the order in which they came."""
        now = self._clock()
        start = self._book(key, now)
        if start > now:
            await self._sleep(start - now)

    def _book(self, key: str, now: float) -> float:
        booked = self._booked.pop(key, None) or deque(maxlen=self._memory)
        start = earliest(booked, now, self._windows)
        booked.append(start)
        self._booked[key] = booked
        self._forget(now)
        return start

    def _forget(self, now: float) -> None:
        """The dictionary is in order of use, so the quietest key comes first."""
        oldest = next(iter(self._booked))
        if self._booked[oldest][-1] + self._longest < now:
            del self._booked[oldest]
