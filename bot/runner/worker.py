"""The site agent's loop: fetch a job, measure, report, for ever.

It outlives the bot's restarts and the network that it diagnoses: every call to the bot is tried
again, a job until its results are of no use to anybody, the loop until it is told to stop.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from bot.domain.probe import Failure, ProbeJob, ProbeReport, ProbeResult, ProbeSpec
from bot.errors import ConfigurationError
from bot.probes.policy import Allowed, allow, refuse
from bot.runner.link import Link, Unreachable, Unwelcome, connect
from bot.runner.probe import at_runner, run_probe
from bot.settings import on_loopback

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE: Final = 16
JOBS_AT_ONCE: Final = 4
EVERY: Final = timedelta(milliseconds=300)
LATE: Final = timedelta(seconds=60)
DRAIN: Final = timedelta(seconds=20)
HELLO_EVERY: Final = timedelta(minutes=5)

_FIRST_WAIT_S: Final = 0.25
_LONGEST_WAIT_S: Final = 10.0


class _Stopped(Exception):
    """The runner was told to stop."""


class _Patience:
    """Longer and longer waits, each shortened at random so that runners do not come back all at once."""

    def __init__(self, longest_s: float = _LONGEST_WAIT_S) -> None:
        self._longest = longest_s
        self._next = _FIRST_WAIT_S

    def wait_s(self) -> float:
        wait, self._next = self._next, min(self._next * 2, self._longest)
        return wait * random.uniform(0.5, 1)  # noqa: S311 - no secret


class Worker:
    """One runner of one site; see `run`."""

    def __init__(self, link: Link, runner: str, stop: asyncio.Event, *, lab: bool) -> None:
        self._link = link
        self._runner = runner
        self._stop = stop
        self._lab = lab
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._jobs: set[asyncio.Task[None]] = set()
        self._in_hand: set[str] = set()
        self._ahead = timedelta()

    async def work(self) -> None:
        """Until stopped; then ends the jobs in hand.

        Raises `ConfigurationError` when the bot does not accept the token at the very first call.
        """
        try:
            await self._loop()
        except _Stopped:
            if self._jobs:
                await asyncio.wait(self._jobs, timeout=DRAIN.total_seconds())
        finally:
            for task in self._jobs:
                task.cancel()
            await asyncio.gather(*self._jobs, return_exceptions=True)

    async def _loop(self) -> None:
        patience, welcome = _Patience(), False
        while True:
            try:
                allowed = await self._hello()
                patience, welcome = _Patience(), True
                await self._take_jobs(allowed)
            except Unwelcome as exc:
                if exc.token_refused and not welcome:
                    raise ConfigurationError(f"the bot refuses this runner: {exc}", _ADVICE) from exc
                log.warning("the bot refuses this runner: %s", exc)
                await self._pause(_LONGEST_WAIT_S)
            except Unreachable as exc:
                log.warning("the bot cannot be reached: %s", exc)
                await self._pause(patience.wait_s())

    async def _hello(self) -> Allowed:
        hello, self._ahead = await self._unless_stopped(self._link.hello())
        try:
            return allow(hello.site.site(lab=self._lab))
        except ConfigurationError as exc:
            raise Unreachable(f"the bot's list of targets is of no use: {exc}") from exc

    async def _take_jobs(self, allowed: Allowed) -> None:
        """Takes jobs for a few minutes, after which the list of what is allowed may have changed."""
        until = asyncio.get_running_loop().time() + HELLO_EVERY.total_seconds()
        while asyncio.get_running_loop().time() < until:
            job = await self._unless_stopped(self._link.next_job())
            if job is not None and job.id not in self._in_hand:
                self._start(job.id, self._do(job, allowed))
            if len(self._jobs) >= JOBS_AT_ONCE:
                await self._unless_stopped(_first_of(self._jobs))

    def _start(self, job_id: str, job: Coroutine[Any, Any, None]) -> None:
        """A job comes again when its report took longer than its lease; once in hand is enough."""
        task = asyncio.create_task(job)
        self._jobs.add(task)
        self._in_hand.add(job_id)
        task.add_done_callback(self._jobs.discard)
        task.add_done_callback(lambda _: self._in_hand.discard(job_id))

    async def _do(self, job: ProbeJob, allowed: Allowed) -> None:
        """Measures a job's probes and reports all results so far, now and then and at the end."""
        tasks = [asyncio.create_task(self._probe(spec, job, allowed)) for spec in job.probes]
        results: dict[int, ProbeResult] = {}
        try:
            while len(results) < len(tasks):
                running = [task for task in tasks if not task.done()]
                if running:
                    await asyncio.wait(running, timeout=EVERY.total_seconds())
                fresh = {i: task.result() for i, task in enumerate(tasks) if task.done()}
                if len(fresh) > len(results) and len(fresh) < len(tasks):
                    await self._report_once(self._said(job, fresh))
                results = fresh
        finally:
            for task in tasks:
                task.cancel()
        await self._report_surely(self._said(job, results, done=True), job)

    def _said(self, job: ProbeJob, results: dict[int, ProbeResult], *, done: bool = False) -> ProbeReport:
        return ProbeReport(
            job=job.id, runner=self._runner, results=results, done=done, at=datetime.now(UTC) + self._ahead
        )

    async def _probe(self, spec: ProbeSpec, job: ProbeJob, allowed: Allowed) -> ProbeResult:
        why = refuse(spec, allowed)
        if why is not None:
            return at_runner(spec, Failure.target_refused, why)
        async with self._gate:
            loop_deadline = asyncio.get_running_loop().time() + self._left(job).total_seconds()
            result = await run_probe(spec, loop_deadline)
        if spec.prober == "ntp" and result.ok:
            clock = {"runner_clock_s": round(self._ahead.total_seconds(), 3)}
            return msgspec.structs.replace(result, details={**result.details, **clock})
        return result

    def _left(self, job: ProbeJob) -> timedelta:
        return job.deadline - (datetime.now(UTC) + self._ahead)

    async def _report_once(self, report: ProbeReport) -> None:
        try:
            await self._link.report(report)
        except (Unreachable, Unwelcome) as exc:
            log.info("results of %s will be sent with the next ones: %s", report.job, exc)

    async def _report_surely(self, report: ProbeReport, job: ProbeJob) -> None:
        patience = _Patience(4.0)
        while True:
            try:
                return await self._link.report(report)
            except Unwelcome as exc:
                return log.warning("results of %s are not wanted: %s", job.id, exc)
            except Unreachable as exc:
                if self._left(job) < -LATE:
                    return log.warning("results of %s came to nothing: %s", job.id, exc)
                await asyncio.sleep(patience.wait_s())

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
        raise _Stopped

    async def _unless_stopped(self, call: Awaitable[T]) -> T:
        """The result of `call`; raises `_Stopped`, and abandons it, as soon as the runner is told to stop."""
        task, stopped = asyncio.ensure_future(call), asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise _Stopped
        finally:
            for pending in (task, stopped):
                pending.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)


_ADVICE: Final = "Give it the site's token: `decroche site token ID`, then DECROCHE_RUNNER_TOKEN."


async def _first_of(jobs: set[asyncio.Task[None]]) -> None:
    await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)


async def run(
    site: str,
    server: str,
    token: str,
    runner_id: str,
    stop: asyncio.Event,
    *,
    ca_file: Path | None = None,
    lab: bool | None = None,
) -> None:
    """Works for `site` with the bot at `server` until `stop` is set, then ends the jobs in hand.

    `ca_file` is a CA to trust besides the system's. A site's laboratory ports and addresses are believed only
    from a bot on this machine, unless `lab` says otherwise: they could turn a runner into a port scanner.
    Raises `ConfigurationError` when the bot does not accept the token or `ca_file` cannot be read.
    """
    async with connect(server, site, runner_id, token, ca_file) as link:
        believed = on_loopback(server) if lab is None else lab
        await Worker(link, runner_id, stop, lab=believed).work()
