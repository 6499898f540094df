"""The whole way of a job: queue, gateway, worker, real probes, report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from bot.domain.probe import ProbeReport, ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.facts import facts_of
from bot.probes.plans import build
from bot.probes.queue import ProbeQueue, offline
from bot.runner.worker import run
from tests.support.gateway import TOKEN, Desk, a_job
from tests.support.netservers import HOST, Names, free_port, ntp_reply, resolver, silence, stay, tcp, udp
from tests.support.waiting import wait_until


def _site(at: str = f"{HOST}:9", *targets: str, **ports: int) -> Site:
    lab = Lab(ports={name.removeprefix("p"): port for name, port in ports.items()}, ranges=("127.0.0.1/32",))
    return Site(
        id="lyon", name="Lyon", resolvers=(at,), private_targets=targets, ntp_servers=(HOST,), lab=lab
    )


@asynccontextmanager
async def _working(url: str, token: str = TOKEN, lab: bool | None = None) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    runner = asyncio.create_task(run("lyon", url, token, "r1", stop, lab=lab))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(runner, 5)


async def _final(desk: Desk) -> ProbeReport:
    await wait_until(lambda: bool(desk.final), "the final report came")
    return desk.final[0]


async def test_a_plan_becomes_facts(redis: Redis) -> None:
    names = Names(dict.fromkeys(("teams.microsoft.com", "login.microsoftonline.com"), HOST))
    async with resolver(names) as at, tcp(stay) as port, udp(silence) as relay, udp(ntp_reply(-400)) as clock:
        site = _site(at, p443=port, p3478=relay, p123=clock, p80=free_port())
        desk, specs = Desk(redis, site), _quick(build("network", site))
        async with desk.open() as url, _working(url):
            await desk.queue.put(a_job(*specs))
            report = await _final(desk)
    facts = {f.id: f.value for f in facts_of(report.results, specs, datetime.now(UTC), "runner:r1")}
    assert facts.pop("ntp.offset_s") == pytest.approx(-400, abs=1)
    assert facts == {
        "dns": "fail",
        "tcp443": "fail",
        "tls": "fail",
        "udp3478": "inconclusive",
        "ntp": "ok",
        "http80": "inconclusive",
        "proxy": "unknown",
    }


def _quick(specs: tuple[ProbeSpec, ...]) -> tuple[ProbeSpec, ...]:
    return tuple(msgspec.structs.replace(spec, options={**spec.options, "timeout_s": 0.4}) for spec in specs)


async def test_results_come_while_others_run(redis: Redis) -> None:
    async with tcp(stay) as port, udp(silence) as deaf:
        desk = Desk(redis, _site(f"{HOST}:9", f"{HOST}:{port}", f"{HOST}:{deaf}"))
        quick = ProbeSpec(prober="tcp", host=HOST, port=port)
        slow = ProbeSpec(prober="ntp", host=HOST, port=deaf, options={"timeout_s": 0.8})
        async with desk.open() as url, _working(url):
            await desk.queue.put(a_job(slow, quick))
            await _final(desk)
    assert [(sorted(report.results), report.done) for report in desk.reports] == [
        ([1], False),
        ([0, 1], True),
    ]


async def test_a_target_nobody_listed_is_refused(redis: Redis) -> None:
    desk = Desk(redis, _site())
    async with tcp(stay) as port, desk.open() as url, _working(url):
        await desk.queue.put(a_job(ProbeSpec(prober="tcp", host=HOST, port=port)))
        result = (await _final(desk)).results[0]
    assert (result.ok, result.failure, result.at) == (None, "target_refused", "runner")


async def test_a_laboratory_is_not_believed_from_afar(redis: Redis) -> None:
    desk = Desk(redis, _site(p443=8443))
    async with desk.open() as url, _working(url, lab=False):
        await desk.queue.put(a_job(ProbeSpec(prober="tcp", host="teams.microsoft.com", port=8443)))
        assert (await _final(desk)).results[0].failure == "target_refused"


async def test_a_site_with_a_runner_is_online(redis: Redis) -> None:
    desk = Desk(redis)
    async with desk.open() as url, _working(url):
        await wait_until(desk.heard, "the runner said hello")
        assert not offline(await desk.queue.last_seen("lyon"), datetime.now(UTC))


async def test_a_runner_waits_for_the_bot(redis: Redis) -> None:
    desk = Desk(redis)
    desk.port = free_port()
    async with _working(f"http://{HOST}:{desk.port}"):
        await desk.queue.put(a_job())
        async with desk.open():
            await _final(desk)


async def test_results_outlive_a_restart_of_the_bot(redis: Redis) -> None:
    desk = Desk(redis)
    desk.broken = True
    async with desk.open() as url, _working(url):
        await desk.queue.put(a_job())
        await wait_until(lambda: _taken(redis), "the job was taken")
        desk.broken = False
        assert (await _final(desk)).results.keys() == {0}


async def _taken(redis: Redis) -> bool:
    groups = await redis.xinfo_groups("decroche:probe:queue:lyon")
    return bool(groups) and groups[0]["pending"] == 1


async def test_a_stopping_runner_ends_its_job(redis: Redis) -> None:
    async with udp(silence) as deaf:
        desk = Desk(redis, _site(f"{HOST}:9", f"{HOST}:{deaf}"))
        slow = ProbeSpec(prober="ntp", host=HOST, port=deaf, options={"timeout_s": 0.4})
        async with desk.open() as url:
            async with _working(url) as stop:
                await desk.queue.put(a_job(slow))
                await wait_until(lambda: _taken(redis), "the job was taken")
                stop.set()
            assert desk.final[0].results[0].failure == "ntp_no_reply"


async def test_an_idle_runner_stops_at_once(redis: Redis) -> None:
    desk = Desk(redis)
    async with desk.open() as url:
        began = asyncio.get_running_loop().time()
        async with _working(url):
            await wait_until(desk.heard, "the runner said hello")
        assert asyncio.get_running_loop().time() - began < 1.5


async def test_a_wrong_token_ends_the_runner(redis: Redis) -> None:
    async with Desk(redis).open() as url:
        with pytest.raises(ConfigurationError, match="refuses this runner"):
            await asyncio.wait_for(run("lyon", url, "wrong", "r1", asyncio.Event()), 5)


async def test_a_job_in_hand_is_not_run_again(redis: Redis) -> None:
    names = Names({"teams.microsoft.com": HOST})
    async with resolver(names) as at:
        desk = Desk(redis, _site(at))
        desk.queue = ProbeQueue(redis, lease=timedelta(milliseconds=50))
        desk.broken = True
        async with desk.open() as url, _working(url):
            await desk.queue.put(
                a_job(ProbeSpec(prober="dns", host="teams.microsoft.com", options={"resolver": at}))
            )
            await wait_until(lambda: _given(redis, 3), "the job was given again")
            desk.broken = False
            await _final(desk)
    assert names.asked == 2, "one question for each IP version"


async def _given(redis: Redis, times: int) -> bool:
    if not await _taken(redis):
        return False
    pending: Any = await redis.xpending_range("decroche:probe:queue:lyon", "runners", "-", "+", 1)
    return bool(pending) and pending[0]["times_delivered"] >= times


async def test_two_jobs_run_side_by_side(redis: Redis) -> None:
    async with tcp(stay) as port, udp(silence) as deaf:
        desk = Desk(redis, _site(f"{HOST}:9", f"{HOST}:{port}", f"{HOST}:{deaf}"))
        slow = ProbeSpec(prober="ntp", host=HOST, port=deaf, options={"timeout_s": 1.0})
        async with desk.open() as url, _working(url):
            await desk.queue.put(a_job(slow, name="slow"))
            await desk.queue.put(a_job(ProbeSpec(prober="tcp", host=HOST, port=port), name="quick"))
            await wait_until(lambda: len(desk.final) == 2, "both ended")
    assert [report.job for report in desk.final] == ["quick", "slow"]


async def test_the_jobs_deadline_cuts_a_probe(redis: Redis) -> None:
    async with udp(silence) as deaf:
        desk = Desk(redis, _site(f"{HOST}:9", f"{HOST}:{deaf}"))
        slow = ProbeSpec(prober="ntp", host=HOST, port=deaf, options={"timeout_s": 20})
        async with desk.open() as url, _working(url):
            await desk.queue.put(a_job(slow, lives=timedelta(seconds=0.6)))
            assert (await _final(desk)).results[0].failure == "ntp_no_reply"
