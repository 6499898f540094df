"""Jobs that carry the phone's MAC, results held against the usual, and a Redis that dies in between."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case, JobEnded, Noted, Probed
from bot.domain.events import StartProbes
from bot.domain.probe import ProbeJob, ProbeReport, ProbeResult, ProbeSpec
from bot.domain.site import Site
from bot.errors import RedisUnavailable
from bot.jobs.probing import Reports, SiteRunners, planner
from bot.probes.baselines import ENOUGH, Baselines
from bot.probes.plans import shipped
from bot.probes.queue import ProbeQueue
from bot.state.connection import connect
from bot.state.embedded import EmbeddedRedis
from tests.support.rig import BANNER, NOW, Rig, said, tapped
from tests.support.waiting import becomes

MAC = "00:04:f2:ab:cd:ef"
LYON = Site(
    id="lyon", name="Lyon", resolvers=("10.20.0.53",), switches=("10.20.0.2", "sw-2:1161"), voice_vlans=(120,)
)
SPECS = (
    ProbeSpec(prober="dns", host="teams.microsoft.com", options={"fact": "dns"}),
    ProbeSpec(prober="stun", host="worldaz.turn.teams.microsoft.com", port=3478, options={"fact": "udp3478"}),
)


def made(site: Site, mac: str = "", plan: str = "network") -> ProbeJob:
    effect = StartProbes(job="j", site=site.id, plan=plan, mac=mac)
    job = planner({site.id: site})(effect, "D-1", NOW, NOW + timedelta(seconds=20))
    assert job is not None
    return job


def switches(job: ProbeJob) -> list[tuple[str, int | None, dict[str, Any]]]:
    return [
        (spec.host, spec.port, {name: spec.options[name] for name in ("mac", "vlans", "voice_vlans")})
        for spec in job.probes
        if spec.prober == "snmp"
    ]


def test_switches_are_asked_about_the_phone() -> None:
    asked = {"mac": MAC, "vlans": [120], "voice_vlans": [120]}
    assert switches(made(LYON, MAC)) == [("10.20.0.2", 161, asked), ("sw-2", 1161, asked)]


@pytest.mark.parametrize("mac", ["", "unknown", "00:04:f2", "00:04:f2:ab:cd:ef\n"])
def test_without_a_mac_no_switch_is_asked(mac: str) -> None:
    assert switches(made(LYON, mac)) == []


def test_a_site_without_switches_has_none_asked() -> None:
    assert switches(made(replace(LYON, switches=()), MAC)) == []


def test_todays_ranges_are_used() -> None:
    widened = replace(shipped(), ranges={"teams": ("192.0.2.0/24",), "identity": ("192.0.2.0/24",)})
    effect = StartProbes(job="j", site="lyon", plan="network")
    job = planner({"lyon": LYON}, lambda: widened)(effect, "D-1", NOW, NOW)
    assert job is not None
    assert job.probes[0].options["ranges"] == ("192.0.2.0/24",)


class Measured:
    """A case whose site is being measured."""

    def __init__(self, rig: Rig, queue: ProbeQueue, reports: Reports, job: ProbeJob) -> None:
        self.rig, self.queue, self.reports, self.job = rig, queue, reports, job

    async def take(self, *indexes: int, done: bool = False, ms: float = 60.0) -> None:
        results = {
            i: ProbeResult(prober=SPECS[i].prober, host=SPECS[i].host, port=SPECS[i].port, ok=True, ms=ms)
            for i in indexes
        }
        await self.reports.take(ProbeReport(job=self.job.id, runner="r1", results=results, done=done))

    async def case(self) -> Case:
        return await self.rig.case()


async def _measured(redis: Redis) -> Measured:
    rig, queue = Rig(redis), ProbeQueue(redis)
    await rig.desk.receive(said(BANNER))
    offered = (await rig.case()).offer()
    assert offered is not None
    await rig.desk.receive(tapped("start", nonce=offered.nonce, values={"site": "lyon"}))
    case = await rig.case()
    started = next(job for job in case.running() if job.what == "probes")
    job = ProbeJob(
        id=started.job, case=case.id, site="lyon", plan="network", probes=SPECS, issued=NOW,
        deadline=NOW + timedelta(days=3650),
    )  # fmt: skip
    await queue.put(job)
    return Measured(rig, queue, Reports(rig.desk, queue, rig.clock, Baselines(redis)), job)


async def test_a_report_says_what_is_usual(redis: Redis) -> None:
    measured, baselines = await _measured(redis), Baselines(redis)
    usual = ProbeResult(prober="dns", host=SPECS[0].host, port=None, ok=True, ms=4.0)
    for _ in range(ENOUGH):
        await baselines.learn("lyon", {0: usual})
    await measured.take(0, 1, done=True)
    results = {entry.index: entry.result for entry in (await measured.case()).all(Probed)}
    assert (results[0].ms, results[0].details["usual_ms"]) == (60.0, 4.0)
    assert "usual_ms" not in results[1].details


async def test_a_job_teaches_the_usual_once(redis: Redis) -> None:
    measured = await _measured(redis)
    for _ in range(3):
        await measured.take(0, 1, done=True)
    assert await redis.llen("decroche:baseline:lyon:dns teams.microsoft.com") == 1


async def test_results_count_once_though_redis_is_killed(tmp_path: Path) -> None:
    """SIGKILL between two reports; the runner sends its last one until it is taken, and once more after that."""
    server = await EmbeddedRedis.start(tmp_path)
    async with connect(server.url) as redis:
        measured = await _measured(redis)
        await measured.take(0)
        os.kill((await redis.info("server"))["process_id"], signal.SIGKILL)

        async def taken() -> bool:
            try:
                await measured.take(0, 1, done=True)
            except RedisUnavailable:
                return False
            return True

        assert await becomes(taken, 20)
        await measured.take(0, 1, done=True, ms=99.0)
        case = await measured.case()
    await server.close()
    assert [(entry.index, entry.result.ms) for entry in case.all(Probed)] == [(0, 60.0), (1, 60.0)]
    assert [entry.how for entry in case.all(JobEnded) if entry.job == measured.job.id] == ["done"]
    assert [entry.fact for entry in case.all(Noted) if entry.about == measured.job.id] == ["dns", "udp3478"]


async def test_nobody_waits_for_a_runner_that_died(redis: Redis) -> None:
    """It was heard a moment before the job was queued, and never again: eight seconds later the case goes on."""
    rig, queue = Rig(redis), ProbeQueue(redis)
    rig.clock.now = datetime.now(UTC) - timedelta(hours=1)
    rig.work._probing = SiteRunners(queue, rig.clock)
    await queue.seen_runner("lyon", "r1")
    rig.clock.now = await queue.last_seen("lyon") or NOW
    case = await rig.report()
    offered = case.offer()
    assert offered is not None
    await rig.desk.receive(tapped("start", nonce=offered.nonce, values={"site": "lyon"}))
    await rig.deliver()
    assert "probes" in [job.what for job in (await rig.case()).running()]
    rig.clock.forward(8)
    await rig.hurry()
    await rig.deliver()
    after = await rig.case()
    assert "probes" not in [job.what for job in after.running()]
    assert [entry.how for entry in after.all(JobEnded) if entry.detail.startswith("no_runner_since")] == [
        "offline"
    ]
