"""STUN against servers that answer, refuse, stay silent or lie."""

from __future__ import annotations

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.probers.stun import read_reply
from tests.support.mutation import malformed
from tests.support.netservers import HOST, Names, free_port, resolver, silence, stun_refusal, stun_reply, udp
from tests.support.probing import probe, verdict

ID = bytes(range(12))


async def test_an_answer_is_ok() -> None:
    async with udp(stun_reply) as port:
        result = await probe("stun", port)
    assert verdict(result) == (True, None, None)
    assert (result.details["mapped_address"], result.details["mapped_port"]) == ("198.51.100.7", 40404)


async def test_a_refusal_proves_the_path() -> None:
    async with udp(stun_refusal) as port:
        result = await probe("stun", port)
    assert verdict(result) == (True, None, None)
    assert result.details["error_code"] == 401


async def test_a_lost_datagram_is_sent_again() -> None:
    asked: list[bytes] = []

    def third_time(data: bytes) -> bytes | None:
        asked.append(data)
        return stun_reply(data) if len(asked) == 3 else None

    async with udp(third_time) as port:
        assert (await probe("stun", port)).ok
    assert len(asked) == 3


async def test_silence_alone_proves_nothing() -> None:
    async with udp(silence) as port:
        result = await probe("stun", port, timeout_s=0.2)
    assert verdict(result) == (None, "stun_no_reply", "path")


async def test_silence_beside_an_answer_is_a_filter() -> None:
    async with udp(silence) as port, udp(stun_reply) as other:
        result = await probe("stun", port, timeout_s=0.2, reference=f"{HOST}:{other}")
    assert verdict(result) == (False, "stun_no_reply", "path")
    assert result.details["reference"] == "answers"


async def test_silence_of_both_is_blocked_udp() -> None:
    async with udp(silence) as port, udp(silence) as other:
        result = await probe("stun", port, timeout_s=0.2, reference=f"{HOST}:{other}")
    assert verdict(result) == (False, "stun_no_reply", "path")
    assert result.details["reference"] == "silent"


async def test_a_reference_without_address_is_none() -> None:
    async with udp(silence) as port, resolver(Names()) as at:
        result = await probe("stun", port, timeout_s=0.2, resolver=at, reference="stun.azure.com")
    assert verdict(result) == (None, "stun_no_reply", "path")
    assert result.details["reference"] == "unknown"


async def test_a_foreign_answer_is_bad() -> None:
    async with udp(lambda data: stun_reply(data[:8] + ID)) as port:
        assert verdict(await probe("stun", port)) == (False, "stun_bad_reply", "target")


async def test_a_closed_port_refuses() -> None:
    assert verdict(await probe("stun", free_port())) == (False, "connection_refused", "target")


async def test_an_unresolved_name_proves_nothing() -> None:
    async with resolver(Names()) as at:
        result = await probe("stun", 3478, "worldaz.turn.teams.microsoft.com", resolver=at)
    assert verdict(result) == (None, "dns_nxdomain", "resolver")


@given(st.binary(max_size=200))
def test_no_datagram_breaks_the_reader(data: bytes) -> None:
    assert read_reply(data, ID) is None


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.binary(max_size=64))
def test_no_attribute_breaks_the_reader(kind: int, length: int, value: bytes) -> None:
    attribute = kind.to_bytes(2, "big") + length.to_bytes(2, "big") + value
    head = b"\x01\x01" + len(attribute).to_bytes(2, "big") + stun.COOKIE.to_bytes(4, "big") + ID
    told = read_reply(head + attribute, ID)
    assert told is None or told.keys() == {"mapped_address", "mapped_port"}


@pytest.mark.fuzz
def test_no_malformed_answer_breaks_the_reader() -> None:
    request = bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST, ID))
    seeds = (stun_reply(request), stun_refusal(request), request)
    for keep in (0, 20):
        told = [read_reply(data, ID) for data in malformed(seeds, keep=keep)]
        assert any(told)


def test_a_request_is_no_answer() -> None:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, ID)
    assert read_reply(bytes(request), ID) is None


def test_an_old_server_is_understood() -> None:
    mapped = {"MAPPED-ADDRESS": ("198.51.100.9", 9)}
    answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, ID, mapped)
    assert read_reply(bytes(answer), ID) == {"mapped_address": "198.51.100.9", "mapped_port": 9}


async def test_the_round_trip_is_told() -> None:
    async with udp(stun_reply) as port:
        result = await probe("stun", port)
    assert result.ms == result.details["rtt_ms"] < 200
    assert len(result.details["log"]) >= 2


async def test_a_late_answer_counts_from_its_own_request() -> None:
    asked: list[bytes] = []

    def second_time(data: bytes) -> bytes | None:
        asked.append(data)
        return stun_reply(data) if len(asked) == 2 else None

    async with udp(second_time) as port:
        result = await probe("stun", port)
    assert result.ms is not None
    assert result.ms < 90, "the first request waited 100 ms in vain"


@pytest.mark.parametrize("port", [3479, 3480, 3481])
async def test_silence_of_a_media_port_proves_nothing(port: int) -> None:
    async with udp(silence, port), udp(stun_reply) as other:
        result = await probe("stun", port, timeout_s=0.2, reference=f"{HOST}:{other}")
    assert verdict(result) == (None, "stun_no_reply", "path")
    assert result.details["reference"] == "answers"
