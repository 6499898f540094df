from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Probed
from bot.domain.events import StartProbes
from bot.domain.probe import Failure, ProbeJob, ProbeReport, ProbeResult, ProbeSpec, Where
from bot.domain.site import Site
from bot.jobs.probing import QUIET, Reports, SiteRunners, planner
from bot.probes.queue import OFFLINE_AFTER, ProbeQueue
from bot.state.cases import CaseStore
from tests.support.rig import BANNER, NOW, Rig, RigClock, said, tapped

LYON = Site(id="lyon", name="Lyon", resolvers=("10.20.0.53",))
SPECS = (
    ProbeSpec(prober="dns", host="teams.microsoft.com", options={"fact": "dns"}),
    ProbeSpec(prober="stun", host="worldaz.tr.teams.microsoft.com", port=3478, options={"fact": "udp3478"}),
    ProbeSpec(prober="snmp", host="10.20.0.2", port=161, options={"fact": "switch"}),
)


@pytest.fixture
def queue(redis: Redis) -> ProbeQueue:
    return ProbeQueue(redis)


def job(case: str = "D-1", job_id: str = "D-1-4") -> ProbeJob:
    now = RigClock()()
    return ProbeJob(
        id=job_id,
        case=case,
        site="lyon",
        plan="network",
        probes=SPECS,
        issued=now,
        deadline=now + timedelta(days=3650),
    )


def late(clock: RigClock) -> RigClock:
    """Long after the bot began, when a runner would have asked for work."""
    clock.now += OFFLINE_AFTER + timedelta(seconds=1)
    return clock


async def test_job_waits_for_a_site_that_asks(queue: ProbeQueue) -> None:
    clock = RigClock()
    clock.now = NOW.replace(year=2000)
    runners = SiteRunners(queue, late(clock))
    await queue.seen_runner("lyon", "r1")
    assert await runners.start(job()) is None
    taken = await queue.take("lyon", "r1", timedelta())
    assert taken == job()


async def test_site_nobody_heard_of_is_silent(queue: ProbeQueue) -> None:
    clock = RigClock()
    runners = SiteRunners(queue, clock)
    late(clock)
    assert await runners.start(job()) == "no_runner"
    assert await queue.job("D-1-4") is None


async def test_silent_site_is_named_with_time(queue: ProbeQueue) -> None:
    clock = RigClock()
    await queue.seen_runner("lyon", "r1")
    seen = await queue.last_seen("lyon")
    assert seen is not None
    clock.now = seen - timedelta(hours=1)
    runners = SiteRunners(queue, clock)
    clock.now = seen + OFFLINE_AFTER + timedelta(seconds=1)
    assert await runners.start(job()) == f"no_runner_since {seen.isoformat(timespec='minutes')}"


async def test_fresh_bot_gives_runners_time(queue: ProbeQueue) -> None:
    runners = SiteRunners(queue, RigClock())
    assert await runners.start(job()) is None
    assert await queue.job("D-1-4") == job()


async def test_job_started_again_is_the_same(queue: ProbeQueue) -> None:
    runners = SiteRunners(queue, RigClock())
    await runners.start(job())
    await runners.start(replace(job(), plan="other"))
    await queue.take("lyon", "r1", timedelta())
    assert await queue.take("lyon", "r1", timedelta()) is None
    assert await queue.job("D-1-4") == job()


def test_plan_is_made_for_described_sites() -> None:
    make = planner({"lyon": LYON})
    due = NOW + timedelta(seconds=20)
    made = make(StartProbes(job="j", site="lyon", plan="network"), "D-1", NOW, due)
    assert made is not None
    assert (made.id, made.case, made.site, made.issued, made.deadline) == ("j", "D-1", "lyon", NOW, due)
    assert made.probes
    assert make(StartProbes(job="j", site="paris", plan="network"), "D-1", NOW, due) is None


def plan_of(effect: StartProbes) -> tuple[str, set[str]]:
    """The plan made, and its probers."""
    made = planner({"lyon": LYON})(effect, "D-1", NOW, NOW)
    assert made is not None
    return made.plan, {spec.prober for spec in made.probes}


def test_plan_follows_the_symptom() -> None:
    voice, probers = plan_of(StartProbes(job="j", site="lyon", symptom="bad_audio"))
    assert (voice, "quality" in probers) == ("voice", True)
    network, probers = plan_of(StartProbes(job="j", site="lyon", symptom="no_internet_banner"))
    assert (network, "quality" in probers) == ("network", False)


def test_facts_are_measured_alone() -> None:
    effect = StartProbes(job="j", site="lyon", plan="fact:ntp", symptom="bad_audio")
    assert plan_of(effect) == ("fact:ntp", {"ntp"})


def test_a_switch_that_cannot_be_asked_means_all() -> None:
    """Without the phone's address no switch is asked: a job without probes would prove nothing."""
    plan, probers = plan_of(StartProbes(job="j", site="lyon", plan="fact:switch.port"))
    assert plan == "network"
    assert "dns" in probers


class Silence:
    """A queued job at a site whose runner is heard no more; the clock starts when it was last heard."""

    def __init__(self, runners: SiteRunners, clock: RigClock, seen: datetime) -> None:
        self.runners, self.clock, self.seen = runners, clock, seen

    async def after(self, span: timedelta) -> str | None:
        self.clock.now = self.seen + span
        return await self.runners.silent("D-1-4", "lyon")


@pytest.fixture
async def silence(queue: ProbeQueue) -> Silence:
    clock = RigClock()
    clock.now = datetime.now(UTC) - timedelta(hours=1)
    runners = SiteRunners(queue, clock)
    await queue.seen_runner("lyon", "r1")
    seen = await queue.last_seen("lyon")
    assert seen is not None
    clock.now = seen
    assert await runners.start(job()) is None
    return Silence(runners, clock, seen)


MOMENT = timedelta(milliseconds=10)


async def test_a_job_nobody_takes_is_given_up(silence: Silence) -> None:
    assert await silence.after(QUIET) is None
    since = f"no_runner_since {silence.seen.isoformat(timespec='minutes')}"
    assert await silence.after(QUIET + MOMENT) == since


async def test_a_runner_at_work_may_be_silent(silence: Silence, queue: ProbeQueue) -> None:
    assert await queue.take("lyon", "r1", timedelta()) is not None
    assert await silence.after(QUIET + MOMENT) is None
    assert await silence.after(OFFLINE_AFTER + MOMENT) is not None


async def test_after_a_start_runners_have_time(queue: ProbeQueue) -> None:
    clock = RigClock()
    runners = SiteRunners(queue, clock)
    clock.forward(QUIET.total_seconds() + 1)
    assert await runners.silent("D-1-4", "lyon") is None
    clock.forward(OFFLINE_AFTER.total_seconds())
    assert await runners.silent("D-1-4", "lyon") == "no_runner"


class Measured:
    """A case whose site is being measured, and what takes its reports."""

    def __init__(self, rig: Rig, queue: ProbeQueue, job_id: str) -> None:
        self.rig = rig
        self.queue = queue
        self.job = job_id
        self.reports = Reports(rig.desk, queue, rig.clock)

    async def take(self, *indexes: int, done: bool = False, ok: bool = True) -> None:
        results = {i: result(i, ok=ok) for i in indexes}
        await self.reports.take(ProbeReport(job=self.job, runner="r1", results=results, done=done))

    async def values(self) -> dict[str, object]:
        """What was measured, as facts of the case."""
        return {fact.id: fact.value for fact in (await self.rig.case()).facts() if fact.by == "runner:r1"}


def result(index: int, *, ok: bool = True) -> ProbeResult:
    spec = SPECS[index]
    return ProbeResult(
        prober=spec.prober,
        host=spec.host,
        port=spec.port,
        ok=ok,
        failure=None if ok else Failure.stun_no_reply,
        at=None if ok else Where.path,
        ms=3.0,
    )


@pytest.fixture
async def measured(redis: Redis, queue: ProbeQueue) -> Measured:
    rig = Rig(redis)
    await rig.desk.receive(said(BANNER))
    offered = (await rig.case()).offer()
    assert offered is not None
    await rig.desk.receive(tapped("start", nonce=offered.nonce, values={"site": "lyon"}))
    case = await rig.case()
    started = next(job for job in case.running() if job.what == "probes")
    await queue.put(job(case.id, started.job))
    return Measured(rig, queue, started.job)


async def test_part_of_results_is_noted(measured: Measured) -> None:
    await measured.take(0)
    case = await measured.rig.case()
    assert [entry.index for entry in case.all(Probed)] == [0]
    assert await measured.values() == {}
    assert measured.job in [job.job for job in case.running()]


async def test_all_results_become_facts(measured: Measured) -> None:
    await measured.take(0)
    await measured.take(0, 1, done=True, ok=False)
    case = await measured.rig.case()
    assert [(entry.index, entry.result.ok) for entry in case.all(Probed)] == [(0, True), (1, False)]
    assert (await measured.values())["udp3478"] == "fail"
    assert measured.job not in [job.job for job in case.running()]


async def test_missing_results_are_unknown(measured: Measured) -> None:
    """A runner that gave up half-way proves nothing about the other half."""
    await measured.take(0, done=True)
    assert await measured.values() == {"dns": "ok", "udp3478": "unknown"}


async def test_part_again_asks_for_nothing(measured: Measured) -> None:
    await measured.take(0)
    queued, woken = await measured.rig.queued(), measured.rig.woken
    await measured.take(0)
    assert await measured.rig.queued() == queued
    assert measured.rig.woken == woken


async def test_report_again_changes_nothing(measured: Measured) -> None:
    await measured.take(0, 1, done=True)
    once = await measured.rig.case()
    await measured.take(0, 1, done=True, ok=False)
    await measured.take(0)
    assert await measured.rig.case() == once


async def test_reported_job_leaves_the_queue(measured: Measured) -> None:
    await measured.take(0, 1, done=True)
    assert await measured.queue.take("lyon", "r2", timedelta()) is None


async def test_report_of_unknown_job_is_ignored(measured: Measured, redis: Redis) -> None:
    before = await measured.rig.case()
    measured.job = "D-9-9"
    await measured.take(0, 1, done=True)
    assert await measured.rig.case() == before
    assert await CaseStore(redis).open_cases() == [before.id]


async def test_particulars_reach_the_case(measured: Measured) -> None:
    known = {"switch": {"name": "sw-lyon-2", "port": "Gi1/0/12"}}
    told = ProbeResult(prober="snmp", host="10.20.0.2", port=161, ok=True, details={"known": known})
    await measured.reports.take(ProbeReport(job=measured.job, runner="r1", results={2: told}))
    assert (await measured.rig.case()).known("switch") == known["switch"]
