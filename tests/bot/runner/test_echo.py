"""Echo packets: ours are right, and only answers to them are."""

from __future__ import annotations

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.echo import family_of, read_reply, request
from tests.support.mutation import malformed

TOKEN = bytes(range(1, 9))
V4, V6 = socket.AF_INET, socket.AF_INET6


def _answer(family: socket.AddressFamily, number: int = 7, token: bytes = TOKEN) -> bytes:
    kind = 129 if family is V6 else 0
    return bytes([kind]) + request(family, token, number)[1:]


def _ip(packet: bytes, words: int = 5) -> bytes:
    return bytes([0x40 | words]) + bytes(words * 4 - 1) + packet


def test_the_checksum_is_right() -> None:
    packet = request(V4, TOKEN, 513)
    total = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF


@pytest.mark.parametrize("family", [V4, V6])
def test_an_answer_is_known(family: socket.AddressFamily) -> None:
    assert read_reply(_answer(family), family, TOKEN) == 7


@pytest.mark.parametrize("words", [5, 6, 15])
def test_an_ip_header_is_passed_over(words: int) -> None:
    assert read_reply(_ip(_answer(V4), words), V4, TOKEN) == 7


@pytest.mark.parametrize(
    ("packet", "family"),
    [
        (b"", V4),
        (b"\x4f", V4),
        (request(V4, TOKEN, 7), V4),
        (request(V6, TOKEN, 7), V6),
        (_answer(V4, token=bytes(8)), V4),
        (_answer(V4)[:15], V4),
        (_answer(V4), V6),
    ],
)
def test_anything_else_is_none(packet: bytes, family: socket.AddressFamily) -> None:
    assert read_reply(packet, family, TOKEN) is None


@given(st.binary(max_size=100), st.sampled_from([V4, V6]))
def test_no_packet_breaks_the_reader(data: bytes, family: socket.AddressFamily) -> None:
    number = read_reply(data, family, TOKEN)
    assert number is None or TOKEN in data


def test_the_family_follows_the_address() -> None:
    assert (family_of("10.0.0.1"), family_of("fe80::1")) == (V4, V6)


@pytest.mark.fuzz
def test_no_malformed_answer_breaks_the_reader() -> None:
    for family, seeds in ((V4, (_answer(V4), _ip(_answer(V4)))), (V6, (_answer(V6),))):
        numbers = [read_reply(data, family, TOKEN) for data in malformed(seeds)]
        assert {number for number in numbers if number is not None} <= set(range(65536))
