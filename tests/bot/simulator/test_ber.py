"""BER: what is written is read again, and garbage is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import ber

OIDS = st.tuples(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=12)).map(
    lambda parts: (parts[0], parts[1], *parts[2])
)


@given(st.integers(-(2**70), 2**70))
def test_a_number_is_read_again(value: int) -> None:
    assert ber.Reader(ber.integer(value)).integer() == value


@given(OIDS)
def test_an_identifier_is_read_again(value: tuple[int, ...]) -> None:
    assert ber.Reader(ber.identifier(value)).identifier() == value


@given(st.binary(max_size=70_000))
def test_octets_are_read_again(value: bytes) -> None:
    reader = ber.Reader(ber.string(value))
    assert reader.expect(ber.STRING) == value
    assert reader.over


@pytest.mark.parametrize(
    ("value", "octets"), [(0, "020100"), (127, "02017f"), (128, "02020080"), (-1, "0201ff")]
)
def test_numbers_are_as_in_the_standard(value: int, octets: str) -> None:
    assert ber.integer(value).hex() == octets


@pytest.mark.parametrize("octets", ["", "02", "0202", "020201", "0400", "0600"])
def test_what_is_cut_is_refused(octets: str) -> None:
    with pytest.raises(ValueError, match=r"cut short|tag|empty"):
        ber.Reader(bytes.fromhex(octets)).identifier()


@given(st.binary(max_size=60))
def test_no_octets_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        message = ber.Reader(data).inside()
        message.integer()
        message.identifier()
