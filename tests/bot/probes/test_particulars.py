"""Particulars are few, short and printable, whatever a device calls itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.probes.particulars import MOST, particulars_of

SPECS = (
    ProbeSpec(prober="dns", host="teams.microsoft.com"),
    ProbeSpec(prober="snmp", host="10.20.0.2", port=161),
    ProbeSpec(prober="snmp", host="10.20.0.3", port=161),
)
TOLD = {
    "phone": {"mac": "64:16:7f:3a:5c:d1", "model": "CCX500", "serial": "64167F3A5CD1"},
    "switch": {"name": "sw-lyon-2", "port": "Gi1/0/12", "port_alias": "bureau 2.14"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def _result(known: Any, ok: bool | None = True) -> ProbeResult:
    return ProbeResult(prober="snmp", host="10.20.0.2", port=161, ok=ok, details={"known": known})


@pytest.mark.parametrize("ok", [True, False])
def test_switch_with_the_phone_tells(ok: bool) -> None:
    assert particulars_of({1: _result(TOLD, ok)}, SPECS) == {
        "phone": {"model": "CCX500", "serial": "64167F3A5CD1"},
        "switch": TOLD["switch"],
    }


def test_switch_without_the_phone_is_passed_over() -> None:
    results = {1: _result({"switch": {"name": "elsewhere"}}, ok=None), 2: _result(TOLD)}
    assert particulars_of(results, SPECS)["switch"]["name"] == "sw-lyon-2"


def test_only_probes_of_switches_tell() -> None:
    assert particulars_of({0: _result(TOLD), 7: _result(TOLD)}, SPECS) == {}


def test_names_are_cut_and_cleaned() -> None:
    known = {"switch": {"name": "a\r\nb" + "x" * 200, "port": "\x00\u202e", "secret": "no"}}
    found = particulars_of({1: _result(known)}, SPECS)
    assert found == {"switch": {"name": "a  b" + "x" * (MOST - 4)}}


@given(st.dictionaries(st.sampled_from(["phone", "switch", "x"]), JSON) | JSON)
def test_nothing_else_gets_through(known: Any) -> None:
    found = particulars_of({1: _result(known)}, SPECS)
    words = [word for data in found.values() for word in data.values()]
    assert found.keys() <= {"phone", "switch"}
    assert all(word.isprintable() and 0 < len(word) <= MOST for word in words)
