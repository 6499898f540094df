"""The site agent's loop: fetch a job, measure, report, for ever.

It outlives the bot's restarts and the network that it diagnoses: every call to the bot is tried
again, a job until its results are of no use to anybody, the loop until it is told to stop.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from bot.domain.probe import ProbeJob, ProbeReport, ProbeResult
from bot.errors import ConfigurationError
from bot.probes.policy import Allowed, allow
from bot.probes.wire import Greeting
from bot.runner.buffer import Buffer, Page
from bot.runner.link import Link, Unreachable, Unwelcome, connect
from bot.runner.measuring import Measurer
from bot.runner.probers import with_keys
from bot.runner.selftest import is_sick, self_test
from bot.runner.settings import on_loopback
from bot.runner.switch.credentials import Keys

log = logging.getLogger(__name__)
T = TypeVar("T")

JOBS_AT_ONCE: Final = 256
EVERY: Final = timedelta(milliseconds=300)
LATE: Final = timedelta(seconds=60)
DRAIN: Final = timedelta(seconds=20)
HELLO_EVERY: Final = timedelta(minutes=5)

_FIRST_WAIT_S: Final = 0.25
_LONGEST_WAIT_S: Final = 10.0
_TRY_AGAIN_S: Final = 30.0
_REVOKED: Final = 401


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


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """What is peculiar to the machine: whether a laboratory is believed, switches' credentials, a folder for results."""

    lab: bool = False
    keys: Keys = {}
    folder: Path | None = None


class Worker:
    """One runner of one site; see `run`."""

    def __init__(self, link: Link, runner: str, stop: asyncio.Event, box: Box) -> None:
        self._link = link
        self._runner = runner
        self._stop = stop
        self._box = box
        self._measurer = Measurer(with_keys(box.keys))
        self._buffer = Buffer(box.folder)
        self._jobs: set[asyncio.Task[None]] = set()
        self._in_hand: set[str] = set()
        self._well = False

    async def work(self) -> None:
        """Until stopped; then ends the jobs in hand.

        Raises `ConfigurationError` when the bot does not accept the token, at the first call or later.
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
            await self._measurer.close()

    async def _loop(self) -> None:
        patience, welcome = _Patience(), False
        while True:
            try:
                allowed = await self._hello()
                patience, welcome = _Patience(), True
                await (self._work_for_a_while(allowed) if self._well else self._pause(_TRY_AGAIN_S))
            except Unwelcome as exc:
                if exc.status == _REVOKED or (exc.token_refused and not welcome):
                    raise ConfigurationError(f"the bot refuses this runner: {exc}", _ADVICE) from exc
                log.warning("the bot refuses this runner: %s", exc)
                await self._pause(_LONGEST_WAIT_S)
            except Unreachable as exc:
                log.warning("the bot cannot be reached: %s", exc)
                await self._pause(patience.wait_s())

    async def _hello(self) -> Allowed:
        """Learns what may be touched, tries itself, and says how that went."""
        hello, self._measurer.ahead = await self._unless_stopped(self._link.hello(Greeting(ready=self._well)))
        try:
            allowed = allow(hello.site.site(lab=self._box.lab), switches=self._box.keys)
        except ConfigurationError as exc:
            raise Unreachable(f"the bot's list of targets is of no use: {exc}") from exc
        test = self_test(hello.site, self._measurer.ahead, self._box.folder)
        greeting = Greeting(checks=await self._unless_stopped(test))
        greeting = msgspec.structs.replace(greeting, ready=not is_sick(greeting.checks))
        await self._unless_stopped(self._link.hello(greeting))
        self._say(greeting)
        return allowed

    def _say(self, greeting: Greeting) -> None:
        if greeting.ready != self._well or not greeting.ready:
            level = logging.INFO if greeting.ready else logging.ERROR
            log.log(level, "%s", "ready" if greeting.ready else "sick: no job will be given to this runner")
            for ill in greeting.ills:
                log.warning("self-test: %s", ill)
        self._well = greeting.ready

    async def _work_for_a_while(self, allowed: Allowed) -> None:
        """Takes jobs for a few minutes, after which the list of what is allowed may have changed."""
        self._take_up(allowed)
        until = asyncio.get_running_loop().time() + HELLO_EVERY.total_seconds()
        while asyncio.get_running_loop().time() < until:
            job = await self._unless_stopped(self._link.next_job())
            if job is not None and job.id not in self._in_hand:
                self._start(job.id, self._do(job, allowed, self._buffer.open(job), {}))
            if len(self._jobs) >= JOBS_AT_ONCE:
                await self._unless_stopped(_first_of(self._jobs))

    def _take_up(self, allowed: Allowed) -> None:
        """Goes on with what a runner that died here left: measures what is missing, and reports."""
        for page, left in self._buffer.left():
            if self._measurer.left(left.job.deadline) < -LATE or left.job.id in self._in_hand:
                log.warning("results of %s come too late", left.job.id)
                page.done()
            else:
                log.info("%s is taken up where it was left, with %d results", left.job.id, len(left.results))
                self._start(left.job.id, self._do(left.job, allowed, page, left.results))

    def _start(self, job_id: str, job: Coroutine[Any, Any, None]) -> None:
        """A job comes again when its report took longer than its lease; once in hand is enough."""
        task = asyncio.create_task(job)
        self._jobs.add(task)
        self._in_hand.add(job_id)
        task.add_done_callback(self._jobs.discard)
        task.add_done_callback(lambda _: self._in_hand.discard(job_id))

    async def _do(
        self, job: ProbeJob, allowed: Allowed, page: Page, known: Mapping[int, ProbeResult]
    ) -> None:
        """Measures what is not known of a job's probes, and reports all results so far, now and then and at the end."""
        measure = self._measurer.measure
        tasks = {
            index: asyncio.create_task(measure(spec, job.deadline, allowed))
            for index, spec in enumerate(job.probes)
            if index not in known
        }
        try:
            results = await self._gather(job, tasks, page, dict(known))
            if await self._report_surely(self._said(job, results, done=True), job):
                page.done()
        finally:
            page.leave()
            for task in tasks.values():
                task.cancel()

    async def _gather(
        self,
        job: ProbeJob,
        tasks: Mapping[int, asyncio.Task[ProbeResult]],
        page: Page,
        results: dict[int, ProbeResult],
    ) -> dict[int, ProbeResult]:
        """All results; each is kept on disk as it comes, and reported with the others that came meanwhile."""
        while len(results) < len(job.probes):
            running = [task for task in tasks.values() if not task.done()]
            if running:
                await asyncio.wait(running, timeout=EVERY.total_seconds())
            fresh = {i: task.result() for i, task in tasks.items() if task.done() and i not in results}
            page.add(fresh)
            results |= fresh
            if fresh and len(results) < len(job.probes):
                await self._report_once(self._said(job, dict(results)))
        return results

    def _said(self, job: ProbeJob, results: dict[int, ProbeResult], *, done: bool = False) -> ProbeReport:
        at = datetime.now(UTC) + self._measurer.ahead
        return ProbeReport(job=job.id, runner=self._runner, results=results, done=done, at=at)

    async def _report_once(self, report: ProbeReport) -> None:
        try:
            await self._link.report(report)
        except (Unreachable, Unwelcome) as exc:
            log.info("results of %s will be sent with the next ones: %s", report.job, exc)

    async def _report_surely(self, report: ProbeReport, job: ProbeJob) -> bool:
        """Reports until the bot has it or it is of no use; False when another token might still bring it."""
        patience = _Patience(4.0)
        while True:
            try:
                await self._link.report(report)
            except Unwelcome as exc:
                log.warning("results of %s are not wanted: %s", job.id, exc)
                return not exc.token_refused
            except Unreachable as exc:
                if self._measurer.left(job.deadline) < -LATE:
                    log.warning("results of %s came to nothing: %s", job.id, exc)
                    return True
                await asyncio.sleep(patience.wait_s())
            else:
                return True

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
    keys: Keys | None = None,
    folder: Path | None = None,
) -> None:
    """Works for `site` with the bot at `server` until `stop` is set, then ends the jobs in hand.

    `ca_file` is a CA to trust besides the system's. A site's laboratory ports and addresses are believed only
    from a bot on this machine, unless `lab` says otherwise: they could turn a runner into a port scanner.
    `keys` are the credentials of the site's switches, which never leave this machine. `folder` keeps results until
    the bot has them. Raises `ConfigurationError` when the bot does not accept the token or `ca_file` cannot be read.
    """
    box = Box(lab=on_loopback(server) if lab is None else lab, keys=keys or {}, folder=folder)
    async with connect(server, site, runner_id, token, ca_file) as link:
        await Worker(link, runner_id, stop, box).work()
