"""The whole way of a switch probe: the job names the switch, the runner has the keys, facts come back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
from redis.asyncio import Redis

from bot.domain.probe import Failure, ProbeReport, ProbeSpec
from bot.domain.site import Lab, Site
from bot.probes.facts import facts_of
from bot.probes.switches import switch_probes
from bot.runner.switch.credentials import Credentials, Keys
from bot.runner.worker import run
from bot.simulator.plug import PHONE_MAC
from bot.simulator.switch import VOICE
from tests.support.gateway import TOKEN, Desk, a_job
from tests.support.netservers import HOST
from tests.support.switches import served
from tests.support.waiting import wait_until

KEYS: Keys = {HOST: Credentials(community="public")}


def _site(port: int) -> Site:
    lab = Lab(ports={"161": port})
    return Site(id="lyon", name="Lyon", switches=(HOST,), voice_vlans=(VOICE,), lab=lab)


async def _report(redis: Redis, site: Site, keys: Keys, *specs: ProbeSpec) -> ProbeReport:
    desk, stop = Desk(redis, site), asyncio.Event()
    async with desk.open() as url:
        runner = asyncio.create_task(run("lyon", url, TOKEN, "r1", stop, keys=keys))
        await desk.queue.put(a_job(*specs))
        try:
            await wait_until(lambda: bool(desk.final), "the final report came", timeout_s=15)
        finally:
            stop.set()
            await asyncio.wait_for(runner, 5)
    return desk.final[0]


async def test_a_denied_port_becomes_facts(redis: Redis) -> None:
    async with served("cisco", "poe_denied") as at:
        site = _site(at.service.port)
        specs = [
            msgspec.structs.replace(spec, options={**spec.options, "if_index": at.switch.if_index})
            for spec in switch_probes(site, PHONE_MAC)
        ]
        report = await _report(redis, site, KEYS, *specs)
    assert {
        fact.id: fact.value for fact in facts_of(report.results, specs, datetime.now(UTC), "runner:r1")
    } == {
        "switch.port": "down",
        "switch.poe": "denied",
        "switch.lldp": "absent",
        "switch.vlan": "voice",
    }
    assert report.results[0].failure is Failure.switch_poe_denied


async def test_a_runner_without_keys_refuses(redis: Redis) -> None:
    async with served() as at:
        site = _site(at.service.port)
        report = await _report(redis, site, {}, *switch_probes(site, PHONE_MAC))
    assert report.results[0].failure is Failure.target_refused
    assert at.agent.asked == []
