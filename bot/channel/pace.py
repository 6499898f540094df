"""Teams' rate limits per conversation: better to wait a moment than to be throttled for long.

`Pace` counts what this process sends, `SharedPace` what all processes of one bot send, in Redis.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Protocol

from bot.channel.limits import Window
from bot.errors import DeliveryError
from bot.state.rates import Rates


def earliest(booked: Sequence[float], now: float, windows: Sequence[Window]) -> float:
    """When the next call may start, so that no window holds more calls than it allows.

    `booked` are the starts of earlier calls, in order; all times in seconds.
    """
    start = max(now, booked[-1]) if booked else now
    for count, seconds in windows:
        if len(booked) >= count:
            start = max(start, booked[-count] + seconds)
    return start


class Turns(Protocol):
    """Spaces out calls that share a key."""

    async def wait(self, key: str) -> None:
        """Waits until a call with that key may start.

        Raises `DeliveryError` (429, with `retry_after`) when that is too far away.
        """
        ...


class Pace:
    """Spaces out this process's calls that share a key; keys that have been quiet for long are forgotten."""

    def __init__(
        self,
        windows: Sequence[Window],
        *,
        patience_s: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._windows = windows
        self._memory = max(count for count, _ in windows)
        self._longest = max(seconds for _, seconds in windows)
        self._patience_s = patience_s
        self._clock = clock
        self._sleep = sleep
        self._booked: dict[str, deque[float]] = {}

    async def wait(self, key: str) -> None:
        """Waits until a call with that key may start; callers go in the order in which they came.

        Raises `DeliveryError` (429) when that is more than `patience_s` away, and books nothing.
        """
        now = self._clock()
        start = self._book(key, now)
        if start > now:
            await self._sleep(start - now)

    def _book(self, key: str, now: float) -> float:
        booked = self._booked.pop(key, None) or deque(maxlen=self._memory)
        start = earliest(booked, now, self._windows)
        if start - now <= self._patience_s:
            booked.append(start)
        self._booked[key] = booked
        self._forget(now)
        if start - now > self._patience_s:
            raise too_soon(start - now)
        return start

    def _forget(self, now: float) -> None:
        """The dictionary is in order of use, so the quietest keys come first."""
        quiet = [key for key in islice(self._booked, 2) if self._booked[key][-1] + self._longest < now]
        for key in quiet:
            del self._booked[key]


class SharedPace:
    """Spaces out the calls of all processes that share a key and this `name`."""

    def __init__(
        self,
        name: str,
        windows: Sequence[Window],
        rates: Rates,
        *,
        patience_s: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._windows = windows
        self._rates = rates
        self._patience_s = patience_s
        self._sleep = sleep

    async def wait(self, key: str) -> None:
        """As `Pace.wait`; raises also `RedisUnavailable`."""
        booking = await self._rates.book(f"{self._name}/{key}", self._windows, self._patience_s)
        if not booking.granted:
            raise too_soon(booking.wait_s)
        if booking.wait_s > 0:
            await self._sleep(booking.wait_s)


def too_soon(wait_s: float) -> DeliveryError:
    """What Teams would say itself if one did not keep to its limits."""
    text = f"Teams takes nothing more here for {wait_s:.0f} s"
    return DeliveryError(text, HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait_s)
