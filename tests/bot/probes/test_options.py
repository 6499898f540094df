"""Options as strangers write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import ProbeSpec
from bot.errors import ConfigurationError
from bot.probes.options import Endpoint, options_of, parse_endpoint, port_of, unknown_options


def _spec(**options: Any) -> ProbeSpec:
    return ProbeSpec(prober="tls", host="teams.microsoft.com", options=options)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("10.0.0.1", "10.0.0.1", 53),
        ("10.0.0.1:5353", "10.0.0.1", 5353),
        ("::1", "::1", 53),
        ("[::1]:5353", "::1", 5353),
        ("NTP.Bellecour.example:123", "ntp.bellecour.example", 123),
    ],
)
def test_endpoints_are_read(text: str, host: str, port: int) -> None:
    assert parse_endpoint(text, 53) == Endpoint(host, port)


@pytest.mark.parametrize("text", ["", ":53", "host:0", "host:65536", "host:dns", "[::1]:x", "host:²"])
def test_other_texts_are_no_endpoints(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_endpoint(text, 53)


@given(st.ip_addresses(), st.integers(1, 65535))
def test_an_endpoint_reads_what_it_writes(address: object, port: int) -> None:
    end = Endpoint(str(address), port)
    assert parse_endpoint(str(end), 1) == end


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        assert 0 < parse_endpoint(text, 53).port < 65536


@pytest.mark.parametrize(
    "options",
    [
        {"timeout_s": 0},
        {"timeout_s": 3600},
        {"timeout_s": "soon"},
        {"ranges": ["52.112.0.0/99"]},
        {"resolver": "dns.google"},
        {"path": "/ HTTP/1.1\r\nHost: x"},
        {"issuers": "DigiCert"},
        {"reference_resolver": "dns.google"},
        {"at_clock": "yesterday"},
        {"at_clock": 1e300},
        {"tls_version": "1.1"},
        {"scheme": "gopher"},
        {"count": 501},
        {"interval_ms": 1},
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"options of tls teams\.microsoft\.com"):
        options_of(_spec(**options))


@pytest.mark.parametrize(
    "clock", [1795348800, "2026-11-22T12:00:00Z", "2026-11-22T12:00:00", "2026-11-22T13:00:00+01:00"]
)
def test_a_clock_is_read_as_utc(clock: float | str) -> None:
    assert options_of(_spec(at_clock=clock)).clock == datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(st.text(max_size=30) | st.floats(allow_nan=True))
def test_no_clock_breaks_the_reader(clock: float | str) -> None:
    with contextlib.suppress(ConfigurationError):
        assert options_of(_spec(at_clock=clock)).clock is not None


def test_unknown_options_are_kept_apart() -> None:
    spec = _spec(community="public", timeout_s=2)
    assert options_of(spec).timeout_s == 2
    assert unknown_options(spec) == ("community",)


def test_every_protocol_has_its_port() -> None:
    assert port_of(_spec()) == 443
    assert port_of(ProbeSpec(prober="tls", host="a", port=8443)) == 8443
    assert port_of(ProbeSpec(prober="dns", host="a")) is None
