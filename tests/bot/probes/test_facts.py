"""What results mean: one table, read by a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact import VOCABULARY, Source
from bot.domain.probe import Failure, ProbeResult, ProbeSpec, Where
from bot.domain.site import Site
from bot.probes.facts import facts_of
from bot.probes.options import options_of
from bot.probes.plans import build

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPECS = build("network", Site(id="lyon", name="Lyon", ntp_servers=("10.20.0.1", "10.20.0.2")))
OK: tuple[bool | None, Failure | None, Where | None] = (True, None, None)
UNRESOLVED = (None, Failure.dns_timeout, Where.resolver)
REFUSED = (None, Failure.target_refused, Where.runner)

Said = tuple[bool | None, Failure | None, Where | None]


def _result(spec: ProbeSpec, said: Said, **details: Any) -> ProbeResult:
    ok, failure, at = said
    return ProbeResult(
        prober=spec.prober, host=spec.host, port=spec.port, ok=ok, failure=failure, at=at, details=details
    )


def _indexes(fact: str) -> list[int]:
    return [index for index, spec in enumerate(SPECS) if options_of(spec).fact == fact]


def _healthy() -> dict[int, ProbeResult]:
    results = {index: _result(spec, OK) for index, spec in enumerate(SPECS)}
    for index in _indexes("ntp"):
        results[index] = _result(SPECS[index], OK, offset_s=0.0123, error_s=0.02)
    return results


def _values(results: Mapping[int, ProbeResult], *, ended: bool = False) -> dict[str, object]:
    return {fact.id: fact.value for fact in facts_of(results, SPECS, AT, "runner:lyon-1", ended=ended)}


HEALTHY: dict[str, object] = {
    "dns": "ok",
    "tcp443": "ok",
    "tls": "ok",
    "udp3478": "ok",
    "ntp": "ok",
    "http80": "ok",
    "ntp.offset_s": 0.012,
    "proxy": "none",
}


def test_a_healthy_site_is_all_ok() -> None:
    assert _values(_healthy()) == HEALTHY


def test_facts_say_whence_they_come() -> None:
    fact = facts_of(_healthy(), SPECS, AT, "runner:lyon-1")[0]
    assert (fact.at, fact.source, fact.by) == (AT, Source.measured, "runner:lyon-1")


def test_no_result_is_no_fact() -> None:
    assert _values({}) == {}


def test_an_incomplete_group_is_no_fact() -> None:
    results = _healthy()
    del results[_indexes("dns")[0]]
    assert _values(results) == {}
    results = _healthy()
    del results[_indexes("http80")[0]]
    assert _values(results).keys() == HEALTHY.keys() - {"http80", "proxy"}


def test_an_incomplete_group_ends_unknown() -> None:
    results = _healthy()
    for fact in ("dns", "ntp"):
        del results[_indexes(fact)[0]]
    values = _values(results, ended=True)
    assert (values["dns"], values["ntp"], values["ntp.offset_s"]) == ("unknown", "unknown", "unknown")


def test_nothing_at_all_ends_unknown() -> None:
    assert set(_values({}, ended=True).values()) == {"unknown"}


def test_tcp443_waits_for_the_handshakes() -> None:
    results = _healthy()
    del results[_indexes("tls")[0]]
    assert {"tcp443", "tls", "proxy"}.isdisjoint(_values(results))


BAD_DNS = (False, Failure.dns_hijacked, Where.resolver)
TIMEOUT = (False, Failure.connection_timeout, Where.path)
INTERCEPTED = (False, Failure.tls_intercepted, Where.path)
EXPIRED = (False, Failure.tls_expired, Where.target)
UNTRUSTED = (False, Failure.tls_untrusted, Where.target)
MISMATCH = (False, Failure.tls_name_mismatch, Where.target)
HANDSHAKE = (False, Failure.tls_handshake_failed, Where.target)
NO_STUN = (False, Failure.stun_no_reply, Where.path)
MAYBE_STUN = (None, Failure.stun_no_reply, Where.path)
NO_NTP = (False, Failure.ntp_no_reply, Where.path)
ASLEEP = (False, Failure.ntp_unsynchronised, Where.target)
PORTAL = (False, Failure.captive_portal, Where.path)


@pytest.mark.parametrize(
    ("fact", "said", "value"),
    [
        ("dns", [BAD_DNS], "fail"),
        ("dns", [OK, BAD_DNS], "fail"),
        ("dns", [REFUSED], "inconclusive"),
        ("dns", [REFUSED] * 3, "unknown"),
        ("tcp443", [TIMEOUT], "fail"),
        ("tcp443", [UNRESOLVED], "inconclusive"),
        ("tcp443", [UNRESOLVED] * 2, "inconclusive"),
        ("tcp443", [REFUSED] * 2, "unknown"),
        ("tls", [INTERCEPTED], "intercepted"),
        ("tls", [EXPIRED, INTERCEPTED, HANDSHAKE], "intercepted"),
        ("tls", [UNTRUSTED, EXPIRED], "expired"),
        ("tls", [MISMATCH], "untrusted"),
        ("tls", [HANDSHAKE], "fail"),
        ("tls", [TIMEOUT], "unknown"),
        ("tls", [UNRESOLVED] * 3, "unknown"),
        ("tls", [REFUSED], "unknown"),
        ("udp3478", [NO_STUN], "fail"),
        ("udp3478", [MAYBE_STUN], "inconclusive"),
        ("udp3478", [UNRESOLVED], "inconclusive"),
        ("udp3478", [REFUSED], "unknown"),
        ("ntp", [NO_NTP], "ok"),
        ("ntp", [NO_NTP, ASLEEP], "fail"),
        ("ntp", [NO_NTP, UNRESOLVED], "inconclusive"),
        ("http80", [PORTAL], "ok"),
        ("http80", [PORTAL, TIMEOUT], "fail"),
        ("http80", [REFUSED, TIMEOUT], "inconclusive"),
    ],
)
def test_each_situation_has_its_value(fact: str, said: list[Said], value: str) -> None:
    results = _healthy()
    for index, one in zip(_indexes(fact), said, strict=False):
        results[index] = _result(SPECS[index], one)
    assert _values(results)[fact] == value


@pytest.mark.parametrize("failure", [Failure.connection_reset, Failure.connection_timeout])
def test_a_cut_handshake_is_a_blocked_port(failure: Failure) -> None:
    results = _healthy()
    index = _indexes("tls")[0]
    results[index] = _result(SPECS[index], (False, failure, Where.path), phase="handshake")
    values = _values(results)
    assert (values["tcp443"], values["tls"], values["proxy"]) == ("fail", "fail", "unknown")


def test_a_lying_resolver_puts_ports_in_doubt() -> None:
    results = _healthy()
    for index, spec in enumerate(SPECS):
        results[index] = _result(spec, BAD_DNS if spec.prober == "dns" else TIMEOUT)
    values = _values(results)
    assert (values["dns"], values["udp3478"], values["http80"]) == ("fail", "inconclusive", "inconclusive")
    assert values["ntp"] == "fail"  # asked by address


def test_a_proxy_that_asks_is_required() -> None:
    results = _healthy()
    index = _indexes("http80")[0]
    results[index] = _result(SPECS[index], (False, Failure.proxy_required, Where.path))
    assert _values(results)["proxy"] == "required"


def test_the_surest_time_server_counts() -> None:
    results = _healthy()
    first, second = _indexes("ntp")
    results[first] = _result(SPECS[first], OK, offset_s=-420.0, error_s=0.5)
    results[second] = _result(SPECS[second], OK, offset_s=-419.5, error_s=0.01)
    assert _values(results)["ntp.offset_s"] == -419.5


def test_a_runner_that_is_late_is_corrected() -> None:
    results = _healthy()
    for index in _indexes("ntp"):
        results[index] = _result(SPECS[index], OK, offset_s=300.2, error_s=0.01, runner_clock_s=300.0)
    assert _values(results)["ntp.offset_s"] == 0.2


def test_no_time_is_no_offset() -> None:
    results = _healthy()
    for index in _indexes("ntp"):
        results[index] = _result(SPECS[index], NO_NTP)
    assert _values(results)["ntp.offset_s"] == "unknown"


results_st = st.dictionaries(
    st.integers(-1, len(SPECS)),
    st.builds(
        lambda ok, failure, at, details: _result(SPECS[0], (ok, failure, at), **details),
        st.sampled_from([True, False, None]),
        st.none() | st.sampled_from(Failure),
        st.none() | st.sampled_from(Where),
        st.dictionaries(st.sampled_from(["phase", "offset_s", "error_s"]), st.text() | st.floats(-9, 9)),
    ),
)


@given(results_st, st.booleans())
def test_every_value_is_in_the_vocabulary(results: dict[int, ProbeResult], ended: bool) -> None:
    for fact in facts_of(results, SPECS, AT, "runner:x", ended=ended):
        assert VOCABULARY[fact.id].accepts(fact.value)
