"""Takes up what lies in the outbox: in order within a queue, side by side across queues.

One consumer holds a queue at a time, whichever process it is in. What fails rests, longer each time,
and delays nobody else; nothing leaves its queue before it was carried out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from redis.exceptions import RedisError

from bot.errors import DecrocheError
from bot.jobs.items import is_work
from bot.state.outbox import Entry, Outbox

MESSAGES_AT_ONCE: Final = 32
WORK_AT_ONCE: Final = 16
READ_AHEAD: Final = 1000  # queues looked at in a round, so that many waiting for one thing hide no other
LOOK: Final = timedelta(milliseconds=250)  # how soon another process's commit is seen
LONGEST: Final = timedelta(minutes=3)  # what one item may take; more than any of its own limits
BACK_OFF: Final = tuple(timedelta(seconds=s) for s in (0.5, 1, 2, 5, 10, 30, 60))

CarryOut = Callable[[Entry], Awaitable[bool]]

_log = logging.getLogger(__name__)


class Courier:
    """Carries out the outbox until told to stop.

    `carry_out` does one item and takes it out of its queue; False says that the queue must wait.
    `back_off`: how long a queue rests after its first, second, … failure. `longest`: what one item may take.
    """

    def __init__(
        self,
        outbox: Outbox,
        carry_out: CarryOut,
        *,
        back_off: Sequence[timedelta] = BACK_OFF,
        longest: timedelta = LONGEST,
    ) -> None:
        self._outbox = outbox
        self._carry_out = carry_out
        self._back_off = back_off
        self._longest = longest.total_seconds()
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[bool]] = {}
        self._until: dict[str, float] = {}
        self._rests: dict[str, tuple[int, float]] = {}
        self._crowded = False
        self._closing = False

    def wake(self) -> None:
        """Says that there may be something to carry out."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; what is under way is then broken off, and left to the next process."""
        try:
            while not _cancelled():
                self._break_off()
                await self._round()
                await self._pause()
            raise asyncio.CancelledError
        finally:
            self._closing = True
            while tasks := list(self._busy.values()):
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks, timeout=LOOK.total_seconds())

    async def settle(self, patience: timedelta) -> None:
        """Takes up nothing more, and lets what is under way come to an end before a graceful stop."""
        self._closing = True
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=patience.total_seconds())

    def _break_off(self) -> None:
        """Cancels what takes far too long, at every look: redis-py swallows a cancellation now and then."""
        now = asyncio.get_running_loop().time()
        for queue, task in self._busy.items():
            if now > self._until[queue]:
                task.cancel()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _round(self) -> None:
        try:
            ready = await self._outbox.ready(READ_AHEAD + len(self._rests))
        except (DecrocheError, RedisError) as exc:
            _log.warning("the outbox cannot be read: %s", exc)
            return
        waiting = [queue for queue in ready if queue not in self._busy and not self._resting(queue)]
        for queue in sorted(waiting, key=self._failures):
            if self._room(queue):
                task = asyncio.create_task(self._drain(queue), name=f"carry out {queue}")
                self._busy[queue] = task
                self._begin(queue)
                task.add_done_callback(partial(self._drained, queue))
        self._crowded = any(queue not in self._busy for queue in waiting)

    def _begin(self, queue: str) -> None:
        self._until[queue] = asyncio.get_running_loop().time() + self._longest

    def _room(self, queue: str) -> bool:
        """Slow work and messages have their own room, so that neither waits for the other."""
        work = is_work(queue)
        same = sum(is_work(busy) is work for busy in self._busy)
        return not self._closing and same < (WORK_AT_ONCE if work else MESSAGES_AT_ONCE)

    def _failures(self, queue: str) -> int:
        """So that those which fail again and again leave room to all others."""
        failures, _ = self._rests.get(queue, (0, 0.0))
        return failures

    def _resting(self, queue: str) -> bool:
        _, until = self._rests.get(queue, (0, 0.0))
        return asyncio.get_running_loop().time() < until

    def _rest(self, queue: str, failures: int, rest: timedelta) -> None:
        until = asyncio.get_running_loop().time() + rest.total_seconds()
        self._rests[queue] = failures, until

    async def _drain(self, queue: str) -> bool:
        """Empties a queue as far as it goes; False when another consumer holds it."""
        async with self._outbox.lease(queue) as mine:
            while mine and not self._closing and (entry := await self._outbox.head(queue)) is not None:
                if not await self._carry_out(entry):
                    break
                self._rests.pop(queue, None)
                self._begin(queue)
        return mine

    def _drained(self, queue: str, task: asyncio.Task[bool]) -> None:
        del self._busy[queue], self._until[queue]
        if task.cancelled():
            if not self._closing:
                self._failed(queue, TimeoutError(f"an item took more than {self._longest:.0f} s"))
        elif failure := task.exception():
            self._failed(queue, failure)
        elif task.result():
            self._rests.pop(queue, None)
        else:
            self._rest(queue, 0, LOOK)
        if self._crowded:
            self.wake()

    def _failed(self, queue: str, failure: BaseException) -> None:
        """After a failure the queue rests for longer each time; nothing of it is given up."""
        failures = self._failures(queue)
        rest = self._back_off[min(failures, len(self._back_off) - 1)]
        self._rest(queue, failures + 1, rest)
        _log.error("%s broke off; again in %s", queue, rest, exc_info=failure)


def _cancelled() -> bool:
    """Whether the current task was told to end, even if what it awaited swallowed that."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
