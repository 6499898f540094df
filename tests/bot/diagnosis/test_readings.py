"""Addresses, times and versions that people copy."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.readings import (
    find_clock,
    find_firmware,
    find_ip,
    nearest,
    read_firmware,
    read_ip,
    read_time,
)

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
VOICE = ("10.20.30.0/24", "fd00::/64", "nonsense")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("169.254.12.7", "apipa"),
        ("IP : 10.20.30.41.", "valid"),
        ("10.99.0.1", "wrong_subnet"),
        ("8.8.8.8", "wrong_subnet"),
        ("0.0.0.0", "none"),
        ("Aucune", "none"),
        ("none", "none"),
    ],
)
def test_address_is_put_in_its_class(text: str, kind: str) -> None:
    fact = read_ip(text, VOICE)
    assert fact is not None
    assert (fact.id, fact.value) == ("phone.ip", kind)


def test_private_address_is_valid_without_subnets() -> None:
    fact = read_ip("192.168.1.4")
    assert fact is not None
    assert fact.value == "valid"


def test_version_is_no_address() -> None:
    assert read_ip("7.1.3.0991") is None
    assert find_ip("je n'ai aucune idée") is None


@pytest.mark.parametrize("text", ["7.1.3.0991", "Firmware: 7.1.3.0991 (CCX)", "v 9.0.0.10460", "8.1.4.148"])
def test_version_is_read_from_an_answer(text: str) -> None:
    fact = read_firmware(text)
    assert fact is not None
    assert str(fact.value) in text


@pytest.mark.parametrize("text", ["CCX 500 en 7.2.3.118", "firmawre 8.1.4.148", "software: 10.1.2.3"])
def test_version_is_found_in_free_text(text: str) -> None:
    fact = find_firmware(text)
    assert fact is not None
    assert str(fact.value) in text


@pytest.mark.parametrize("text", ["ip 8.1.4.148", "adresse 10.1.2.3", "10.1.2.3", "ping 8.8.8.8"])
def test_address_is_no_version(text: str) -> None:
    assert find_firmware(text) is None


def test_free_text_needs_the_word_version() -> None:
    assert find_firmware("mon adresse est 8.1.4.148") is None
    assert find_firmware("la version est 8.1.4.148") is not None


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("11:53", -420),
        ("11h53", -420),
        ("11 h 53", -420),
        ("11:53:59", -420),
        ("12:00", 0),
        ("12:10 PM", 600),
        ("0:00", -43_200),
        ("11:53 am", -420),
        ("12 heures 10", 600),
    ],
)
def test_shown_time_gives_the_offset(text: str, offset: int) -> None:
    fact = read_time(text, NOON)
    assert fact is not None
    assert (fact.id, fact.value) == ("clock_offset_s", offset)


@pytest.mark.parametrize("text", ["", "midi", "25:70", "12345"])
def test_other_text_is_no_time(text: str) -> None:
    assert read_time(text, NOON) is None


def test_pinged_address_is_not_the_phones() -> None:
    assert find_ip("ping 8.8.8.8 en échec") is None
    fact = find_ip("ping 8.8.8.8 en échec, adresse 10.20.30.4")
    assert fact is not None
    assert fact.value == "valid"


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("7 minutes de retard", -420),
        ("il a 2 h d'avance", 7200),
        ("retarde de 10 min", -600),
        ("the clock is 5 minutes fast", 300),
        ("affiche 14:05 au lieu de 14:12", -420),
        ("shows 3:15 but it's 3:10", 300),
        ("affiche 11:53", -420),
    ],
)
def test_clock_is_read_from_sentences(text: str, offset: int) -> None:
    fact = find_clock(text, NOON)
    assert fact is not None
    assert (fact.id, fact.value) == ("clock_offset_s", offset)


def test_shown_time_alone_needs_a_clock() -> None:
    assert find_clock("affiche 11:53", None) is None
    assert find_clock("à 11:53 il a redémarré", NOON) is None


def test_midnight_is_crossed_the_short_way() -> None:
    assert nearest(86_400 - 60) == -60


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for fact in (
        read_ip(text, VOICE),
        find_ip(text),
        read_firmware(text),
        find_firmware(text),
        read_time(text, NOON),
        find_clock(text, NOON),
    ):
        assert fact is None or fact.value != ""
