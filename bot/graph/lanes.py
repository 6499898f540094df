"""Who may call when: budgets per API, and patience with a service that has asked for it.

Whoever is refused tells all others of the same API, so that a thousand calls do not each find out
for themselves; after a refusal few go at a time, and one more with each success (as TCP does).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from contextlib import suppress
from typing import Final

from bot.graph.limits import Budget, Limits, limits
from bot.graph.patience import Patience

# Clocks and networks shake: the service may see two calls closer together than they were made.
_MARGIN: Final = 1.05
_SPREAD: Final = 0.1
_LONGEST_S: Final = 600.0  # whoever asks for more than that (a day, for ever) is asked once more all the same


class Lane:
    """One API: a budget if it has one, a pause if the service has asked for it, and so many calls at a time."""

    def __init__(self, widest: int, budget: Budget | None = None) -> None:
        self._widest = self._width = widest
        self._budget = budget
        self._due: deque[float] = deque()
        self._inside = 0
        self._until = 0.0
        self._changed = asyncio.Condition()

    def prompt(self) -> bool:
        """Takes a place if there is one right now; whoever gets it must `leave`."""
        now = time.monotonic()
        if self._inside >= self._width or self._earliest(now) > now:
            return False
        self._inside += 1
        self._due.append(now)
        return True

    def has_room(self, calls: int) -> bool:
        """True when so many could go in right now; nobody is kept a place."""
        now = time.monotonic()
        if self._inside + calls > self._width or self._until > now:
            return False
        if self._budget is None:
            return True
        lately = sum(due > now - self._budget.seconds * _MARGIN for due in self._due)
        return lately + calls <= self._budget.calls

    def paused(self) -> bool:
        """True while the service wants to be left alone."""
        return self.closed_s() > 0

    def closed_s(self) -> float:
        """Seconds for which the service still wants to be left alone."""
        return max(0.0, self._until - time.monotonic())

    def pause(self, seconds: float) -> None:
        """The service wants to be left alone for so long."""
        self._until = max(self._until, time.monotonic() + min(seconds, _LONGEST_S))

    async def enter(self, patience: Patience) -> bool:
        """Waits for a place; False when that would take longer than patience lasts. Else `leave` afterwards."""
        if not await self._place(patience):
            return False
        if await self._turn(patience):
            return True
        await self.leave()
        return False

    async def leave(self, pause_s: float | None = None) -> None:
        """Gives the place back; `pause_s`: the service refused, and wants to be left alone for so long."""
        if pause_s is not None:
            self.pause(pause_s)
        async with self._changed:
            self._inside -= 1
            wider = min(self._widest, self._width + 1)
            self._width = wider if pause_s is None else max(1, self._width // 2)
            self._changed.notify(max(0, self._width - self._inside))

    async def _place(self, patience: Patience) -> bool:
        async with self._changed:
            while self._inside >= self._width:
                try:
                    await asyncio.wait_for(self._changed.wait(), patience.left_s())
                except TimeoutError:
                    self._changed.notify()  # in case it was just our turn
                    return False
            self._inside += 1
            return True

    async def _turn(self, patience: Patience) -> bool:
        while True:
            due = self._reserve()
            if not await patience.wait(due - time.monotonic()):
                self._release(due)
                return False
            if self._until <= due:
                return True
            self._release(due)  # refused meanwhile: later, then

    def _reserve(self) -> float:
        now = time.monotonic()
        due = self._earliest(now)
        if self._until > now:
            due += _SPREAD * random.random()  # noqa: S311 (spreads load, guards nothing)
        self._due.append(due)
        return due

    def _release(self, due: float) -> None:
        with suppress(ValueError):
            self._due.remove(due)

    def _earliest(self, now: float) -> float:
        """When the service and the budget allow one call more."""
        open_at = max(now, self._until)
        if self._budget is None:
            self._due.clear()
            return open_at
        while len(self._due) > self._budget.calls:
            self._due.popleft()
        if len(self._due) < self._budget.calls:
            return open_at
        return max(open_at, self._due[0] + self._budget.seconds * _MARGIN)


class Lanes:
    """The lanes of one process: one for each budget, and one for each other service, by its path."""

    def __init__(self, numbers: Limits | None = None) -> None:
        self._numbers = numbers or limits()
        self._lanes: dict[str, Lane] = {}

    def of(self, path: str) -> Lane:
        """The lane of a path (without its version)."""
        budget = self._budget(path)
        name = budget.path if budget else _service(path)
        if name not in self._lanes:
            self._lanes[name] = Lane(self._numbers.width.widest, budget)
        return self._lanes[name]

    def limited(self, path: str) -> bool:
        """True when a path has a budget of its own."""
        return self._budget(path) is not None

    def _budget(self, path: str) -> Budget | None:
        return next((one for one in self._numbers.budget if path.startswith(one.path)), None)


def _service(path: str) -> str:
    """What is throttled together: `users`, `admin/teams` …"""
    first, second, *_ = [*path.strip("/").split("/"), ""]
    return f"{first}/{second}" if first == "admin" else first
