"""SNMP values as careless, broken and hostile agents send them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.switch import values
from bot.runner.switch.values import Value
from tests.support.mutation import inputs

ANY = st.one_of(
    st.integers(), st.binary(max_size=300), st.lists(st.integers(0, 2**32), max_size=20).map(tuple)
)
VALID = (
    b"Polycom CCX 500",
    bytes.fromhex("0004f2abcdef"),
    b"00:04:f2:ab:cd:ef",
    b"\x24",
    b"\xff\xff\xff\x00",
    "Étage 2".encode(),
)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"CCX500\0\0", "CCX500"),
        ("Étage 2".encode(), "Étage 2"),
        ("Étage 2".encode("latin-1"), "Étage 2"),
        (b"a\r\nb\x1b[0m", "a  b [0m"),
        (b"  \0", None),
        (7, None),
        (None, None),
        (b"x" * 500, "x" * 200),
    ],
)
def test_texts_are_read_cleanly(raw: Value | None, read: str | None) -> None:
    assert values.text(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (bytes.fromhex("0004f2abcdef"), "00:04:f2:ab:cd:ef"),
        (b"0004.F2AB.CDEF", "00:04:f2:ab:cd:ef"),
        (b"00-04-f2-ab-cd-ef", "00:04:f2:ab:cd:ef"),
        (b"\x00\x04\xf2", None),
        (b"Gi1/0/1", None),
        (b"", None),
        (42, None),
    ],
)
def test_addresses_come_in_many_notations(raw: Value, read: str | None) -> None:
    assert values.mac(raw) == read


@given(st.binary(min_size=6, max_size=6))
def test_an_address_is_its_index(octets: bytes) -> None:
    address = values.mac(octets)
    assert address is not None
    assert values.mac_index(address) == tuple(octets)
    assert values.parse_mac(address.upper()) == address


@pytest.mark.parametrize(
    ("bits", "telephone", "bridge"),
    [(b"\x24", True, True), (b"\x04", True, False), (b"\x20\x00", False, True), (b"", False, False)],
)
def test_capabilities_count_from_the_left(bits: bytes, telephone: bool, bridge: bool) -> None:
    assert (values.is_telephone(bits), values.is_bridge(bits)) == (telephone, bridge)


@given(st.sets(st.integers(1, 64)))
def test_a_port_list_has_its_ports(ports: set[int]) -> None:
    octets = bytearray(8)
    for port in ports:
        octets[(port - 1) // 8] |= 0x80 >> (port - 1) % 8
    assert {port for port in range(-3, 80) if values.has_port(bytes(octets), port)} == ports


@pytest.mark.parametrize(
    ("name", "read"),
    [("Gi1/0/12", (1, 0, 12)), ("12", (12,)), ("A3", (3,)), ("vlan", ()), ("9" * 50, (999999,) * 6)],
)
def test_names_carry_numbers(name: str, read: tuple[int, ...]) -> None:
    assert values.digits(name) == read


def _read_all(value: Value) -> None:
    text = values.text(value)
    assert text is None or (0 < len(text) <= values.MOST_TEXT and text.isprintable())
    address = values.mac(value)
    assert address is None or len(address) == 17
    assert values.number(value) is None or isinstance(value, int)
    for bit in (0, 5, 4095, 4096):
        assert values.has_bit(value, bit) in {True, False}
        assert values.has_port(value, bit) in {True, False}


@given(ANY)
def test_no_value_breaks_a_reader(value: Value) -> None:
    _read_all(value)


@pytest.mark.fuzz
def test_no_malformed_octets_break_a_reader() -> None:
    chance = random.Random(20261122)
    for number in range(inputs()):
        octets = bytearray(chance.choice(VALID) if number % 2 else chance.randbytes(chance.randrange(80)))
        for _ in range(chance.randrange(4)):
            octets[chance.randrange(len(octets) + 1) : chance.randrange(len(octets) + 1)] = chance.randbytes(
                2
            )
        _read_all(bytes(octets))
