"""Runs the probes of all jobs in hand: what the policy allows, a bounded number at once, none twice at a time.

When a site fails, everybody there reports it in the same minute. Their jobs ask the same questions, so probes
that are the same and begin within a second are one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from bot.domain.probe import Failure, ProbeResult, ProbeSpec
from bot.probes.policy import Allowed, refuse, touchable
from bot.runner.guard import watch
from bot.runner.probe import at_runner, run_probe
from bot.runner.probers import Prober

AT_ONCE: Final = 32
SHARED_FOR: Final = timedelta(seconds=1)


class Measurer:
    """`ahead` is how far the bot's clock is before this one; both change at every hello."""

    def __init__(self, probers: Mapping[str, Prober]) -> None:
        self.ahead = timedelta()
        self._probers = probers
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._running: dict[bytes, tuple[float, asyncio.Task[ProbeResult]]] = {}

    def left(self, deadline: datetime) -> timedelta:
        """The time until a deadline of the bot's clock; negative once it has passed."""
        return deadline - (datetime.now(UTC) + self.ahead)

    async def measure(self, spec: ProbeSpec, deadline: datetime, allowed: Allowed) -> ProbeResult:
        """The result of a probe, or that it may not be run; `deadline` is by the bot's clock."""
        why = refuse(spec, allowed)
        if why is not None:
            return at_runner(spec, Failure.target_refused, why)
        return await asyncio.shield(self._shared(spec, deadline, allowed))

    async def close(self) -> None:
        """Ends what runs."""
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _shared(self, spec: ProbeSpec, deadline: datetime, allowed: Allowed) -> asyncio.Task[ProbeResult]:
        key = msgspec.json.encode(spec, order="deterministic")
        now = asyncio.get_running_loop().time()
        began, task = self._running.get(key, (0.0, None))
        if task is not None and not task.done() and now - began < SHARED_FOR.total_seconds():
            return task
        task = asyncio.create_task(self._probe(spec, deadline, allowed))
        self._running[key] = now, task
        task.add_done_callback(lambda done: self._forget(key, done))
        return task

    def _forget(self, key: bytes, done: asyncio.Task[ProbeResult]) -> None:
        if self._running.get(key, (0.0, None))[1] is done:
            del self._running[key]

    async def _probe(self, spec: ProbeSpec, deadline: datetime, allowed: Allowed) -> ProbeResult:
        watch(lambda name, address: touchable(name, address, allowed))
        async with self._gate:
            loop_deadline = asyncio.get_running_loop().time() + self.left(deadline).total_seconds()
            result = await run_probe(spec, loop_deadline, self._probers)
        if spec.prober == "ntp" and "offset_s" in result.details:
            clock = {"runner_clock_s": round(self.ahead.total_seconds(), 3)}
            return msgspec.structs.replace(result, details={**result.details, **clock})
        return result
