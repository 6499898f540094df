"""The HTTP side of the job queue: what a site's runner calls, always outbound from the site.

A runner proves itself with its site's token, and learns nothing but probes to run: no case text, no
person, no secret of the tenant.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from aiohttp import web

from bot.domain.probe import ProbeJob, ProbeReport
from bot.domain.site import Site
from bot.errors import DecrocheError, Refused
from bot.probes.queue import ProbeQueue
from bot.probes.wire import Greeting, Hello, RunnerState, SiteView

Check = Callable[[str, str], Awaitable[bool]]
OnReport = Callable[[ProbeReport], Awaitable[None]]

LONGEST_POLL: Final = timedelta(seconds=20)
MOST_BYTES: Final = 512 * 1024
BODY_WITHIN_S: Final = 10.0

_SLICE: Final = timedelta(seconds=1)
_LONGEST_ID: Final = 64
_LONGEST_ILLS: Final = 500
_reports = msgspec.json.Decoder(ProbeReport)
_greetings = msgspec.json.Decoder(Greeting)
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
log = logging.getLogger(__name__)


def token_check(expected: str) -> Check:
    """Accepts one token for every site, compared in constant time."""

    async def check(site: str, token: str) -> bool:
        del site
        return hmac.compare_digest(token.encode(), expected.encode())

    return check


def _json(status: int, content: object, headers: Mapping[str, str] | None = None) -> web.Response:
    body = msgspec.json.encode(content)
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def _check_head(request: web.Request) -> None:
    if request.content_type != "application/json":
        raise Refused(415, "application/json only")
    if (request.content_length or 0) > MOST_BYTES:
        raise Refused(413, "too large")


async def _body(request: web.Request) -> bytes:
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.content.iter_chunked(64 * 1024):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise Refused(413, "too large")
    except TimeoutError as exc:
        raise Refused(400, "the body did not come in time") from exc
    return bytes(data)


def parse_report(data: bytes) -> ProbeReport:
    """Reads a runner's report; raises `Refused` (400)."""
    try:
        return _reports.decode(data)
    except _UNREADABLE as exc:
        raise Refused(400, "not a report") from exc


def parse_greeting(data: bytes) -> Greeting:
    """Reads a runner's greeting, `{}` or nothing for one that says nothing of itself; raises `Refused` (400)."""
    try:
        return _greetings.decode(data or b"{}")
    except _UNREADABLE as exc:
        raise Refused(400, "not a greeting") from exc


def _check_report(report: ProbeReport, job: ProbeJob, runner: str) -> None:
    if report.job != job.id or report.runner != runner:
        raise Refused(400, "the report is about another job or runner")
    for index, result in report.results.items():
        if not 0 <= index < len(job.probes):
            raise Refused(400, f"the job has no probe {index}")
        spec = job.probes[index]
        if (result.prober, result.host) != (spec.prober, spec.host):
            raise Refused(400, f"result {index} is of another probe")


class Gateway:
    """The handlers; see `routes`."""

    def __init__(
        self,
        queue: ProbeQueue,
        on_report: OnReport,
        check: Check,
        sites: Mapping[str, Site],
        stopping: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._on_report = on_report
        self._check = check
        self._sites = sites
        self._stopping = stopping
        self._clock = clock

    async def _caller(self, request: web.Request) -> tuple[Site, str]:
        """The site and runner that call, proven by the token; an unknown site is refused in the same words."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        site = self._sites.get(request.query.get("site", ""))
        usable = scheme.lower() == "bearer" and token.isascii()
        accepted = usable and await self._check(site.id if site else "", token.strip())
        if site is None or not accepted:
            raise Refused(401, "a site's token is needed")
        runner = request.query.get("runner", "")
        if not runner.isprintable() or " " in runner or not 0 < len(runner) <= _LONGEST_ID:
            raise Refused(400, "runner: 1 to 64 characters without spaces")
        return site, runner

    async def hello(self, request: web.Request) -> web.Response:
        """What the runner may touch, and the time; a runner that is not ready does not count as there."""
        site, runner = await self._caller(request)
        now, greeting = self._clock(), parse_greeting(await _body(request))
        await self._queue.note_state(site.id, runner, RunnerState(at=now, greeting=greeting))
        if greeting.ready:
            await self._queue.seen_runner(site.id, runner)
        elif greeting.checks:
            log.warning("a runner of %s is sick: %s", site.id, "; ".join(greeting.ills)[:_LONGEST_ILLS])
        return _json(200, Hello(site=SiteView.of(site), time=now))

    async def next_job(self, request: web.Request) -> web.Response:
        """A job, waited for as long as the connection lives; 204 when there is none, 409 for a sick runner.

        A token revoked meanwhile ends the wait.
        """
        site, runner = await self._caller(request)
        sick = await self._queue.sick(site.id, runner)
        if sick is not None:
            raise Refused(409, f"this runner is not ready: {'; '.join(sick) or 'it has not tried itself'}")
        until = datetime.now(UTC) + LONGEST_POLL
        while datetime.now(UTC) < until and request.transport is not None and not self._stopping():
            await self._caller(request)
            await self._queue.seen_runner(site.id, runner)
            job = await self._queue.take(site.id, runner, _SLICE)
            if job is not None:
                return _json(200, job)
        return web.Response(status=204)

    async def report(self, request: web.Request) -> web.Response:
        """Results of a job; the same report twice changes nothing."""
        _check_head(request)
        site, runner = await self._caller(request)
        data = await _body(request)
        job_id = request.match_info["id"]
        job = await self._queue.job(job_id) if job_id.isascii() else None
        if job is None or job.site != site.id:
            raise Refused(410, "that job is over")
        report = parse_report(data)
        _check_report(report, job, runner)
        await self._queue.seen_runner(site.id, runner)
        await self._on_report(report)
        await (self._queue.finish(job.id) if report.done else self._queue.renew(job.id, runner))
        return _json(200, {"accepted": len(report.results)})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _safely(handler: Handler) -> Handler:
    """Refusals as short JSON; state that cannot be reached is « come again », the only 5xx."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as exc:
            proof = {"WWW-Authenticate": "Bearer"} if exc.status == 401 else None  # RFC 9110 section 11.6.1
            return _json(exc.status, {"error": str(exc)}, proof)
        except DecrocheError:
            return _json(503, {"error": "come again"}, {"Retry-After": "2"})

    return answer


def routes(
    queue: ProbeQueue,
    on_report: OnReport,
    check: Check,
    sites: Mapping[str, Site],
    stopping: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[web.RouteDef]:
    """The routes under `/runner/`.

    `on_report` must store before it returns, and may be called again with what it has seen; every report
    holds all results of its job so far. While `stopping` says so, long polls end within a second. `clock` is what
    runners compare theirs with.
    """
    gateway = Gateway(queue, on_report, check, sites, stopping, clock)
    return [
        web.post("/runner/hello", _safely(gateway.hello)),
        web.post("/runner/jobs/next", _safely(gateway.next_job)),
        web.post("/runner/jobs/{id}/report", _safely(gateway.report)),
    ]
