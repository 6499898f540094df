"""Spoilt tables of a switch, and spoilt datagrams (half of them noise): no crash, no hang, bounded memory."""

from __future__ import annotations

import asyncio
import random
import resource

import pytest

from bot.probes.options import SnmpOptions
from bot.runner.finding import Failed
from bot.runner.switch import judge
from bot.runner.switch.credentials import Credentials
from bot.runner.switch.oids import Oid
from bot.runner.switch.read import Reader
from bot.runner.switch.session import open_session
from bot.runner.switch.values import Value
from bot.simulator import ber
from bot.simulator.plug import PHONE_MAC
from bot.simulator.snmp import SnmpAgent
from bot.simulator.switch import VOICE, AccessSwitch, Make
from tests.support.mibs import Mib
from tests.support.mutation import inputs
from tests.support.netservers import HOST, udp

pytestmark = pytest.mark.fuzz
OPTIONS = SnmpOptions(mac=PHONE_MAC, voice_vlans=(VOICE,), interface="12")


def _value(octets: bytes) -> Value:
    tag, content = ber.Reader(octets).any()
    if tag == ber.STRING:
        return content
    if tag == ber.OID:
        return ber.Reader(octets).identifier()
    return int.from_bytes(content, "big")


def _table(make: Make) -> dict[Oid, Value]:
    return {oid: _value(value) for oid, value in (AccessSwitch(make).view() or {}).items()}


def _spoilt_value(chance: random.Random) -> Value:
    kinds: list[Value] = [chance.randrange(-9, 2**32), chance.randbytes(chance.randrange(60)), (1, 3, 6), b""]
    return chance.choice(kinds)


def _spoilt(table: dict[Oid, Value], chance: random.Random) -> dict[Oid, Value]:
    spoilt = dict(table)
    for oid in chance.sample(list(table), 60):
        value = spoilt.pop(oid)
        how = chance.random()
        if how < 0.5:
            spoilt[oid] = _spoilt_value(chance)
        elif how < 0.8:
            spoilt[(*oid[: -chance.randrange(1, 4)], chance.randrange(300))] = value
    return spoilt


async def test_spoilt_tables_break_nothing() -> None:
    chance = random.Random(1)
    tables = [_table("standard"), _table("cisco")]
    seen = set()
    for number in range(inputs()):
        reader = Reader(Mib(_spoilt(tables[number % 2], chance)), OPTIONS)
        try:
            reading = await reader.read()
        except Failed as failed:
            seen.add(failed.finding.failure)
            continue
        seen.add(judge.failure(judge.facts(reading, reader.address, OPTIONS.voice_vlans)))
        assert all(len(line) < 4000 for line in judge.lines(reading))
    assert len(seen) > 3


async def test_spoilt_answers_break_nothing() -> None:
    chance = random.Random(2)
    view = AccessSwitch().view() or {}
    agent = SnmpAgent(lambda _: view)
    names = sorted(view)[:40:5]
    valid: list[bytes] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: pytest.fail(str(context)))
    before = _memory_kb()

    def spoil(data: bytes) -> bytes:
        valid[:] = [agent.answer(data) or b""]
        return valid[0]

    async with udp(spoil) as port:
        for _ in range(20):
            loop = asyncio.get_running_loop()
            async with open_session(HOST, port, Credentials(community="public"), loop.time() + 60) as asker:
                await asker.get(names)
                for number in range(inputs() // 20):
                    asker._link.datagram_received(_datagram(valid[0], number, chance), (HOST, port))
                assert len(await asker.get(names)) == len(names)
    assert _memory_kb() - before < 30_000


def _memory_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _datagram(valid: bytes, number: int, chance: random.Random) -> bytes:
    if number % 2:
        return chance.randbytes(chance.randrange(1, 200))
    data = bytearray(valid)
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(1, len(data))] if chance.random() < 0.2 else data)
