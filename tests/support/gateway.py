"""A runner gateway over real HTTP, with what it received."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot.domain.probe import ProbeJob, ProbeReport, ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import RedisUnavailable
from bot.probes.gateway import Check, routes, token_check
from bot.probes.queue import ProbeQueue

TOKEN = "lyon-token"
NOBODY = "127.0.0.1:9"
SITE = Site(
    id="lyon",
    name="Lyon Part-Dieu",
    resolvers=(NOBODY,),
    lab=Lab(ports={"443": 8443}),
    switches=("s1",),
)


class Desk:
    """The bot's end: the queue, and every report that came."""

    def __init__(self, redis: Redis, site: Site = SITE) -> None:
        self.queue = ProbeQueue(redis, lease=timedelta(seconds=1))
        self.sites = {site.id: site}
        self.reports: list[ProbeReport] = []
        self.broken = False
        self.port = 0
        self.stopping = False
        self.ahead = timedelta()

    async def on_report(self, report: ProbeReport) -> None:
        if self.broken:
            raise RedisUnavailable("gone")
        self.reports.append(report)

    async def heard(self) -> bool:
        """True once a runner was there."""
        return await self.queue.last_seen("lyon") is not None

    @property
    def final(self) -> list[ProbeReport]:
        return [report for report in self.reports if report.done]

    @asynccontextmanager
    async def open(self, check: Check | None = None) -> AsyncIterator[str]:
        """Serves until the block ends, on the same port when opened again; gives the URL."""
        app = web.Application()
        check = check or token_check(TOKEN)
        app.add_routes(
            routes(
                self.queue,
                self.on_report,
                check,
                self.sites,
                lambda: self.stopping,
                lambda: datetime.now(UTC) + self.ahead,
            )
        )
        server = TestServer(app, port=self.port)
        await server.start_server(shutdown_timeout=0.1)
        self.port = server.port or 0
        try:
            yield str(server.make_url("")).rstrip("/")
        finally:
            await server.close()


def a_job(*probes: ProbeSpec, name: str = "j1", lives: timedelta = timedelta(seconds=30)) -> ProbeJob:
    """A job for the site; without probes, one that asks a name server that is not there."""
    now = datetime.now(UTC)
    return ProbeJob(
        id=name,
        case="D-1001",
        site="lyon",
        plan="network",
        probes=probes or (ProbeSpec(prober="dns", host="teams.microsoft.com", options={"resolver": NOBODY}),),
        issued=now,
        deadline=now + lives,
    )
