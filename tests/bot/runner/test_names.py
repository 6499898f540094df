"""Name resolution below the probers."""

from __future__ import annotations

import asyncio

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.probes.options import Options
from bot.runner.dnsreply import read_reply
from bot.runner.finding import Failed
from bot.runner.names import addresses_of, look_up
from tests.support.netservers import Names, resolver

QUERY = dns.message.make_query("teams.microsoft.com", "A")


def _soon() -> float:
    return asyncio.get_running_loop().time() + 0.5


async def test_an_address_is_its_own() -> None:
    assert await addresses_of("10.0.0.1", Options(), _soon()) == ("10.0.0.1",)
    assert await addresses_of("::1", Options(), _soon()) == ("::1",)


async def test_localhost_is_never_asked() -> None:
    names = Names()
    async with resolver(names) as at:
        assert await addresses_of("LOCALHOST.", Options(resolver=at), _soon()) == ("127.0.0.1", "::1")
    assert names.asked == 0


async def test_an_alias_is_followed() -> None:
    names = Names({"s-0005.teams.microsoft.com": "127.0.0.1"})
    names.aliases["teams.microsoft.com"] = "s-0005.teams.microsoft.com"
    async with resolver(names) as at:
        answer = await look_up("Teams.Microsoft.Com", Options(resolver=at), _soon())
    assert (answer.addresses, answer.rcode) == (("127.0.0.1",), "NOERROR")
    assert answer.canonical == "s-0005.teams.microsoft.com"


async def test_a_failed_name_says_nothing_of_ports() -> None:
    async with resolver(Names()) as at:
        with pytest.raises(Failed) as as_name:
            await look_up("nowhere.example", Options(resolver=at), _soon())
        with pytest.raises(Failed) as as_target:
            await addresses_of("nowhere.example", Options(resolver=at), _soon())
    assert (as_name.value.finding.ok, as_target.value.finding.ok) == (False, None)


@given(st.binary(max_size=120))
def test_no_datagram_breaks_the_reader(data: bytes) -> None:
    assert read_reply(QUERY, data) is None


@given(st.binary(max_size=120))
def test_no_answer_section_breaks_the_reader(tail: bytes) -> None:
    head = QUERY.id.to_bytes(2, "big") + bytes.fromhex("8180000100010000 0000".replace(" ", ""))
    question = QUERY.to_wire()[12:]
    reply = read_reply(QUERY, head + question + tail)
    assert reply is None or reply.id == QUERY.id
