"""Numbered samples sent at a steady pace, and when each came back: what ping and call quality have in common."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_LATE_S: Final = 1.0
_USED: Final = 0.8
_FASTEST_S: Final = 0.01


class Samples:
    """Samples under way; `arrivals` are (number, round trip in ms), in order of arrival, each number once."""

    def __init__(self, count: int) -> None:
        self.expected = count
        self.arrivals: list[tuple[int, float]] = []
        self.error: OSError | None = None
        self.over = asyncio.Event()
        self._sent: list[float] = []
        self._back: set[int] = set()

    @property
    def sent(self) -> int:
        """How many left."""
        return len(self._sent)

    def leave(self) -> None:
        """Notes that the next sample is sent now."""
        self._sent.append(time.perf_counter())

    def arrive(self, number: int) -> None:
        """Notes that a sample is back; a duplicate, or one never sent, changes nothing."""
        if number in self._back or not 0 <= number < self.sent:
            return
        self._back.add(number)
        self.arrivals.append((number, (time.perf_counter() - self._sent[number]) * 1000))
        if len(self.arrivals) == self.expected:
            self.over.set()

    def fail(self, exc: OSError) -> None:
        """Ends it all, unless something came back already: an error of one sample is then a loss."""
        if not self.arrivals:
            self.error = exc
            self.over.set()


def fitting(interval_s: float, count: int, left_s: float) -> float:
    """The interval, made shorter (not under 10 ms) so that `count` samples leave within most of the time left."""
    return max(min(interval_s, _USED * left_s / count), _FASTEST_S)


async def _over(samples: Samples, until: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await samples.over.wait()
    return samples.over.is_set()


async def pace(samples: Samples, send: Callable[[int], None], interval_s: float, deadline: float) -> None:
    """Sends all samples, fewer when the time does not suffice, and waits for them to come back.

    What is a second late is lost, once anything came back at all; else it is waited for until `deadline` (a
    time of the running loop). Raises the `OSError` of the network when that is all there was.
    """
    began = asyncio.get_running_loop().time()
    for number in range(samples.expected):
        due = began + number * interval_s
        if due > deadline or await _over(samples, due):
            break
        samples.leave()
        send(number)
    samples.expected = samples.sent
    until = asyncio.get_running_loop().time() + _LATE_S
    if len(samples.arrivals) < samples.sent and not await _over(samples, min(until, deadline)):
        await _over(samples, deadline if not samples.arrivals else min(until, deadline))
    if samples.error is not None:
        raise samples.error
