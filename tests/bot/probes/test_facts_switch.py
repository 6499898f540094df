"""From what switches say to facts: only the one on which the phone hangs counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.probe import Failure, ProbeResult, ProbeSpec, Where
from bot.probes.facts import facts_of

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPECS = [
    ProbeSpec(prober="snmp", host=host, options={"fact": "switch"}) for host in ("10.20.0.2", "10.20.0.3")
]
SAID = {"switch.port": "down", "switch.poe": "denied", "switch.lldp": "absent", "switch.vlan": "voice"}


def _elsewhere(host: str) -> ProbeResult:
    return ProbeResult(
        prober="snmp", host=host, port=161, ok=None, failure=Failure.switch_mac_not_found, at=Where.target
    )


def _found(host: str, facts: Any = SAID) -> ProbeResult:
    return ProbeResult(
        prober="snmp",
        host=host,
        port=161,
        ok=False,
        failure=Failure.switch_poe_denied,
        details={"facts": facts},
    )


def _values(*results: ProbeResult, ended: bool = True) -> dict[str, object]:
    return {
        fact.id: fact.value for fact in facts_of(dict(enumerate(results)), SPECS, AT, "runner:1", ended=ended)
    }


def test_the_switch_of_the_phone_counts() -> None:
    assert _values(_elsewhere("10.20.0.2"), _found("10.20.0.3")) == SAID


def test_a_phone_nowhere_says_nothing() -> None:
    assert _values(_elsewhere("10.20.0.2"), _elsewhere("10.20.0.3")) == {}


def test_half_the_switches_are_waited_for() -> None:
    assert _values(_found("10.20.0.2"), ended=False) == {}
    assert _values(_found("10.20.0.2"), ended=True) == SAID


def test_what_a_switch_cannot_give_is_left_out() -> None:
    said = {"switch.port": "up", "switch.vlan": "voice", "switch.poe": "unknown"}
    assert _values(_found("10.20.0.2", said), _elsewhere("10.20.0.3")) == {
        "switch.port": "up",
        "switch.vlan": "voice",
    }


@pytest.mark.parametrize(
    "facts", [None, [], "x", {"switch.port": 7}, {"switch.port": "sideways"}, {"dns": "ok"}]
)
def test_words_outside_the_vocabulary_say_nothing(facts: Any) -> None:
    assert _values(_found("10.20.0.2", facts), _elsewhere("10.20.0.3")) == {}


@pytest.mark.parametrize(
    ("announced", "version"),
    [
        ("9.0.0.10460", "9.0.0.10460"),
        ("PVOS 8.1.2.1234 (Teams)", "8.1.2.1234"),
        ("7.1.3.0991\n", "7.1.3.0991"),
        ("9.0", None),
        ("8.1.2.1234 / 9.0.0.10460", None),
        ("1.2.3.4.5", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_announced_firmware_is_read(announced: Any, version: str | None) -> None:
    seen = replace(_found("10.20.0.2"), details={"facts": SAID, "known": {"phone": {"firmware": announced}}})
    assert _values(seen, _elsewhere("10.20.0.3")) == SAID | ({"phone.firmware": version} if version else {})


@pytest.mark.parametrize("known", [None, [], "phone", {"phone": []}, {"phone": {}}])
def test_odd_particulars_cost_no_fact(known: Any) -> None:
    seen = replace(_found("10.20.0.2"), details={"facts": SAID, "known": known})
    assert _values(seen) == SAID
