"""A conversation with a real agent on loopback: what is asked, what is believed, what is never sent."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from pyasn1.type import univ

from bot.domain.probe import Failure
from bot.runner.finding import Failed
from bot.runner.switch import session
from bot.runner.switch.credentials import Credentials
from bot.runner.switch.session import open_session, plain
from bot.runner.switch.walk import walk
from bot.simulator import ber
from bot.simulator.ber import Oid
from bot.simulator.snmp import SnmpAgent, SnmpService
from bot.simulator.usm import Hash
from tests.support.house import ROOT
from tests.support.netservers import HOST, free_port, silence, udp
from tests.support.switches import V3, v3_user

PUBLIC = Credentials(community="public")
BASE: Oid = (1, 3, 6, 1, 4, 1, 9999)
TREE = {
    **{(*BASE, 1, n): ber.integer(n) for n in range(1, 61)},
    (*BASE, 2, 0): ber.string(b"\x00\xff"),
    (*BASE, 3, 0): ber.identifier((1, 3, 6)),
    (*BASE, 4, 0): ber.integer(2**32 - 1, ber.COUNTER),
}
READS = {0xA0, 0xA1, 0xA5}


def _views(context: str) -> dict[Oid, bytes] | None:
    return TREE if not context else {(*BASE, 9, 0): ber.integer(int(context))} if context == "30" else None


@pytest.fixture(autouse=True)
def _engine_made() -> None:
    """So that short deadlines are not spent on making it."""
    session.prepare(PUBLIC)


def _v3(**told: str) -> Credentials:
    return msgspec.convert({**V3, **told}, Credentials)


def _soon(seconds: float = 5.0) -> float:
    return asyncio.get_running_loop().time() + seconds


async def _fails(reply: Callable[[bytes], bytes | None], credentials: Credentials = PUBLIC) -> Failure | None:
    async with udp(reply) as port, open_session(HOST, port, credentials, _soon(0.3)) as asker:
        with pytest.raises(Failed) as caught:
            await asker.get([(*BASE, 2, 0)])
    return caught.value.finding.failure


async def test_values_of_every_kind_are_read() -> None:
    agent = SnmpAgent(_views)
    async with udp(agent.answer) as port, open_session(HOST, port, PUBLIC, _soon()) as asker:
        found = await asker.get([(*BASE, 2, 0), (*BASE, 3, 0), (*BASE, 4, 0), (*BASE, 7, 0)])
    assert found == {(*BASE, 2, 0): b"\x00\xff", (*BASE, 3, 0): (1, 3, 6), (*BASE, 4, 0): 2**32 - 1}


async def test_a_table_is_walked() -> None:
    agent = SnmpAgent(_views)
    async with udp(agent.answer) as port, open_session(HOST, port, PUBLIC, _soon()) as asker:
        assert await walk(asker, (*BASE, 1)) == {(n,): n for n in range(1, 61)}
        assert await asker.following([(*BASE, 1, 60), (*BASE, 4, 0)]) == [((*BASE, 2, 0), b"\x00\xff"), None]
    assert set(agent.asked) <= READS


async def test_a_vlan_has_its_own_community() -> None:
    async with udp(SnmpAgent(_views).answer) as port, open_session(HOST, port, PUBLIC, _soon()) as asker:
        assert await walk(asker.within(30), BASE) == {(9, 0): 30}
        assert await asker.get([(*BASE, 9, 0)]) == {}


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
async def test_v3_signs_and_encrypts(kind: Hash) -> None:
    agent = SnmpAgent(_views, community=None, user=v3_user(kind))
    credentials = _v3(auth_protocol="sha" if kind == "sha1" else "sha256")
    async with udp(agent.answer) as port, open_session(HOST, port, credentials, _soon()) as asker:
        assert await asker.get([(*BASE, 2, 0)]) == {(*BASE, 2, 0): b"\x00\xff"}
        assert await walk(asker.within(30), BASE) == {(9, 0): 30}


@pytest.mark.parametrize(
    "wrong",
    [{"user": "nobody"}, {"auth_password": "another-password"}, {"priv_password": "another-password"}],
)
async def test_v3_says_when_it_refuses(wrong: dict[str, str]) -> None:
    agent = SnmpAgent(_views, community=None, user=v3_user())
    credentials = _v3(**wrong)
    async with udp(agent.answer) as port, open_session(HOST, port, credentials, _soon()) as asker:
        with pytest.raises(Failed) as caught:
            await asker.get([(*BASE, 2, 0)])
    assert caught.value.finding.failure is Failure.snmp_auth


async def test_silence_and_garbage_are_told_apart() -> None:
    assert await _fails(silence) is Failure.snmp_no_reply
    assert await _fails(lambda data: data[::-1]) is Failure.snmp_bad_reply
    assert await _fails(SnmpAgent(_views, community="other").answer) is Failure.snmp_no_reply


async def test_a_closed_port_refuses_at_once() -> None:
    async with open_session(HOST, free_port(), PUBLIC, _soon(30)) as asker:
        with pytest.raises(Failed) as caught:
            await asker.get([(*BASE, 2, 0)])
    assert caught.value.finding.failure is Failure.connection_refused


async def test_a_refused_request_is_halved() -> None:
    agent = SnmpAgent(_views)

    def timid(data: bytes) -> bytes | None:
        """An agent that answers « too big » to more than one name."""
        reply = agent.answer(data)
        many = data.count(ber.identifier(BASE)[2:]) > 1
        return (
            reply.replace(b"\x02\x01\x00\x02\x01\x00", b"\x02\x01\x01\x02\x01\x00", 1)
            if reply and many
            else reply
        )

    async with udp(timid) as port, open_session(HOST, port, PUBLIC, _soon()) as asker:
        found = await asker.get([(*BASE, 1, n) for n in (1, 2, 3)])
    assert found == {(*BASE, 1, n): n for n in (1, 2, 3)}


async def test_a_refused_table_is_empty() -> None:
    agent = SnmpAgent(_views)

    def rude(data: bytes) -> bytes | None:
        """An agent that answers « general error » to everything."""
        reply = agent.answer(data)
        return reply.replace(b"\x02\x01\x00\x02\x01\x00", b"\x02\x01\x05\x02\x01\x01", 1) if reply else None

    async with udp(rude) as port, open_session(HOST, port, PUBLIC, _soon()) as asker:
        assert await asker.following([BASE]) == [None]
        assert await asker.bulk(BASE, 5) == []
        assert await asker.get([(*BASE, 2, 0)]) == {}


async def test_an_agent_may_have_a_long_address() -> None:
    service = SnmpService(SnmpAgent(_views))
    try:
        await service.start("::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        async with open_session("::1", service.port, PUBLIC, _soon()) as asker:
            assert await asker.get([(*BASE, 2, 0)]) == {(*BASE, 2, 0): b"\x00\xff"}
    finally:
        await service.close()


async def test_an_unreachable_address_is_named() -> None:
    with pytest.raises(Failed) as caught:
        async with open_session("255.255.255.255", 161, PUBLIC, _soon()):
            pytest.fail("a broadcast address was connected to")
    assert caught.value.finding.failure is Failure.network_unreachable


async def test_conversations_do_not_hear_each_other() -> None:
    agents = [SnmpAgent(lambda _, n=n: {(*BASE, 1): ber.integer(n)}) for n in range(8)]  # type: ignore[misc]  # n

    async def ask(agent: SnmpAgent) -> object:
        async with udp(agent.answer) as port, open_session(HOST, port, PUBLIC, _soon()) as asker:
            return (await asker.get([(*BASE, 1)]))[(*BASE, 1)]

    assert await asyncio.gather(*map(ask, agents)) == list(range(8))


async def test_mutated_answers_never_break_it() -> None:
    chance = random.Random(4)
    agent = SnmpAgent(_views)

    def spoil(data: bytes) -> bytes | None:
        reply = bytearray(agent.answer(data) or b"")
        for _ in range(chance.randrange(1, 4)):
            reply[chance.randrange(len(reply))] = chance.randrange(256)
        return bytes(reply[: chance.randrange(1, len(reply) + 1)] if chance.random() < 0.3 else reply)

    async with udp(spoil) as port:
        for _ in range(60):
            async with open_session(HOST, port, PUBLIC, _soon(0.01)) as asker:
                with contextlib.suppress(Failed):
                    assert set(await asker.get([(*BASE, 1, 1), (*BASE, 2, 0)])) <= {
                        (*BASE, 1, 1),
                        (*BASE, 2, 0),
                    }


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (univ.Integer, -3, -3),
        (univ.OctetString, b"\x00", b"\x00"),
        (univ.ObjectIdentifier, (1, 3, 6), (1, 3, 6)),
        (univ.Null, "", None),
        (float, 7.5, None),
    ],
)
def test_values_become_plain(kind: Callable[[object], object], value: object, read: object) -> None:
    assert plain(kind(value)) == read


def test_nothing_can_write_to_a_switch() -> None:
    writes = re.compile(r"SetCommand|set_cmd|SetRequest|cmdgen import \*")
    assert "GetCommandGenerator" in Path(session.__file__).read_text("utf-8")
    found = [path.name for path in (ROOT / "bot").rglob("*.py") if writes.search(path.read_text("utf-8"))]
    assert found == []
