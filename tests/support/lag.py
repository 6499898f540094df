"""How long an event loop was held up: a tick every few milliseconds, and the longest gap between two."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

_TICK_S = 0.005


class Lag:
    """The longest delay of a tick so far, in seconds."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self.longest_s = 0.0

    def start(self) -> None:
        """Sets the next tick."""
        due = self._loop.time() + _TICK_S
        self._handle = self._loop.call_at(due, self._tick, due)

    def stop(self) -> None:
        """Takes the next tick back."""
        if self._handle is not None:
            self._handle.cancel()

    def _tick(self, due: float) -> None:
        self.longest_s = max(self.longest_s, self._loop.time() - due)
        self.start()


@contextmanager
def loop_lag() -> Iterator[Lag]:
    """Watches the running loop for the length of the block."""
    lag = Lag()
    lag.start()
    try:
        yield lag
    finally:
        lag.stop()
