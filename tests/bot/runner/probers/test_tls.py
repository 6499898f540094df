"""TLS against servers with good, wrong, old and foreign certificates."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.probe import ProbeResult
from tests.support.certificates import DAY, NOW, Authority
from tests.support.netservers import (
    Names,
    Stream,
    black_hole,
    cut_on_data,
    free_port,
    http,
    resolver,
    speak,
    stay,
    tcp,
)
from tests.support.probing import probe, verdict

NAME = "teams.microsoft.com"
MICROSOFT = ["Microsoft Corporation"]


@pytest.fixture(scope="module")
def microsoft(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("microsoft"), "Microsoft Corporation")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("proxy"), "Bellecour Inspection")


async def _probe(
    context: ssl.SSLContext | None, ca_file: Path, serve: Stream = stay, name: str = NAME, **options: Any
) -> ProbeResult:
    async with tcp(serve, context) as port:
        return await probe("tls", port, server_name=name, ca_file=str(ca_file), **options)


async def test_a_good_certificate_is_ok(microsoft: Authority) -> None:
    result = await _probe(microsoft.server(NAME), microsoft.file, issuers=MICROSOFT)
    assert verdict(result) == (True, None, None)
    assert result.details["issuer_organisation"] == "Microsoft Corporation"
    assert result.details["names"] == [NAME]
    assert result.details["days_left"] == 29


async def test_a_wildcard_certificate_is_ok(microsoft: Authority) -> None:
    assert (await _probe(microsoft.server("*.microsoft.com"), microsoft.file)).ok


@pytest.mark.parametrize(
    ("days", "failure"), [((-30.0, -1.0), "tls_expired"), ((1.0, 30.0), "tls_not_yet_valid")]
)
async def test_dates_are_checked(microsoft: Authority, days: tuple[float, float], failure: str) -> None:
    result = await _probe(microsoft.server(NAME, days=days), microsoft.file, issuers=MICROSOFT)
    assert verdict(result) == (False, failure, "target")
    assert result.details["names"] == [NAME]


async def test_another_name_is_a_mismatch(microsoft: Authority) -> None:
    result = await _probe(microsoft.server("firewall.bellecour.example"), microsoft.file)
    assert verdict(result) == (False, "tls_name_mismatch", "target")


async def test_an_inspecting_device_is_seen(microsoft: Authority, proxy: Authority) -> None:
    result = await _probe(proxy.server(NAME), microsoft.file, issuers=MICROSOFT)
    assert verdict(result) == (False, "tls_intercepted", "path")
    assert result.details["issuer_organisation"] == "Bellecour Inspection"


async def test_an_inspecting_device_is_seen_where_trusted(proxy: Authority) -> None:
    result = await _probe(proxy.server(NAME), proxy.file, issuers=MICROSOFT)
    assert verdict(result) == (False, "tls_intercepted", "path")


async def test_issuers_of_a_plan_are_known(microsoft: Authority, proxy: Authority) -> None:
    result = await _probe(proxy.server(NAME), microsoft.file)
    assert verdict(result) == (False, "tls_intercepted", "path")


async def test_an_unknown_root_is_untrusted(microsoft: Authority, proxy: Authority) -> None:
    result = await _probe(proxy.server("intranet.example"), microsoft.file, name="intranet.example")
    assert verdict(result) == (False, "tls_untrusted", "target")


async def test_an_unknown_root_of_a_known_issuer_is_untrusted(
    microsoft: Authority, tmp_path: Path, proxy: Authority
) -> None:
    newer = Authority(tmp_path, "Microsoft Corporation")
    result = await _probe(newer.server(NAME), proxy.file, issuers=MICROSOFT)
    assert verdict(result) == (False, "tls_untrusted", "target")


async def test_a_self_signed_certificate_is_untrusted(microsoft: Authority, proxy: Authority) -> None:
    result = await _probe(proxy.bare_server(), microsoft.file, issuers=MICROSOFT)
    assert verdict(result) == (False, "tls_untrusted", "target")


async def test_plain_speech_fails_the_handshake(microsoft: Authority) -> None:
    result = await _probe(None, microsoft.file, speak(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert verdict(result) == (False, "tls_handshake_failed", "target")


async def test_a_filter_by_name_resets(microsoft: Authority) -> None:
    result = await _probe(None, microsoft.file, cut_on_data)
    assert verdict(result) == (False, "connection_reset", "path")
    assert result.details["phase"] == "handshake"


async def test_a_server_that_never_speaks_times_out(microsoft: Authority) -> None:
    result = await _probe(None, microsoft.file, stay, timeout_s=0.3)
    assert verdict(result) == (False, "connection_timeout", "path")
    assert result.details["phase"] == "handshake"


async def test_a_refused_connection_has_no_handshake() -> None:
    result = await probe("tls", free_port(), server_name=NAME)
    assert verdict(result) == (False, "connection_refused", "target")
    assert "phase" not in result.details


async def test_dropped_packets_time_out() -> None:
    with black_hole() as port:
        result = await probe("tls", port, server_name=NAME, timeout_s=0.2)
    assert verdict(result) == (False, "connection_timeout", "path")


async def test_a_missing_ca_file_is_ours(tmp_path: Path) -> None:
    result = await _probe(None, tmp_path / "none.pem")
    assert verdict(result) == (None, "unsupported", "runner")


async def test_an_unresolved_name_proves_nothing() -> None:
    names = Names()
    names.silent = True
    async with resolver(names) as at:
        result = await probe("tls", 443, NAME, resolver=at, timeout_s=0.2)
    assert verdict(result) == (None, "dns_timeout", "resolver")


async def test_both_versions_can_be_forced(microsoft: Authority) -> None:
    for version in ("1.2", "1.3"):
        result = await _probe(microsoft.server(NAME), microsoft.file, tls_version=version)
        assert (result.ok, result.details["version"]) == (True, f"TLSv{version}")


async def test_a_server_without_the_version_fails(microsoft: Authority) -> None:
    alert = speak(bytes.fromhex("15 0303 0002 02 46"))  # fatal, protocol_version (RFC 8446 section 6.2)
    result = await _probe(None, microsoft.file, alert, tls_version="1.3")
    assert verdict(result) == (False, "tls_handshake_failed", "target")
    assert "PROTOCOL_VERSION" in result.details["error"]


@pytest.mark.parametrize(
    ("ahead", "judged"),
    [
        (timedelta(), "ok"),
        (timedelta(minutes=-7), "ok"),
        (-2 * DAY, "not_yet_valid"),
        (-40 * 365 * DAY, "not_yet_valid"),
        (31 * DAY, "expired"),
    ],
)
async def test_the_phones_clock_judges_the_chain(microsoft: Authority, ahead: timedelta, judged: str) -> None:
    clock = NOW + ahead
    for told in (clock.timestamp(), clock.isoformat(), clock.replace(tzinfo=None).isoformat()):
        result = await _probe(microsoft.server(NAME), microsoft.file, at_clock=told)
        assert (result.ok, result.details["at_clock"]) == (True, judged)


async def test_an_expired_chain_was_good_at_its_time(microsoft: Authority) -> None:
    expired = microsoft.server(NAME, days=(-30, -1))
    result = await _probe(expired, microsoft.file, at_clock=(NOW - 5 * DAY).timestamp())
    assert verdict(result) == (False, "tls_expired", "target")
    assert result.details["at_clock"] == "ok"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http("407 Proxy Authentication Required", Proxy_Authenticate="NTLM"), "proxy_required"),
        (http("511 Network Authentication Required"), "captive_portal"),
        (http("302 Found", Location="http://portail.bellecour.example/"), "captive_portal"),
        (http("200 OK", "Bienvenue"), "captive_portal"),
        (http("403 Forbidden", Server="Bellecour Web Gateway"), "captive_portal"),
    ],
)
async def test_a_box_that_answers_in_http_is_named(
    microsoft: Authority, answer: Stream, failure: str
) -> None:
    result = await _probe(None, microsoft.file, answer)
    assert verdict(result) == (False, failure, "path")
    assert result.details["http"]["status"] >= 200
    assert "answer to a TLS hello" in " ".join(result.details["log"])


async def test_every_phase_is_timed(microsoft: Authority) -> None:
    async with tcp(stay, microsoft.server(NAME)) as port, resolver(Names({NAME: "127.0.0.1"})) as at:
        result = await probe("tls", port, NAME, resolver=at, ca_file=str(microsoft.file))
    phases = [result.details[name] for name in ("dns_ms", "connect_ms", "handshake_ms")]
    assert min(phases) > 0
    assert result.ms == pytest.approx(sum(phases), abs=1)


async def test_the_whole_chain_is_seen(microsoft: Authority) -> None:
    result = await _probe(microsoft.server(NAME), microsoft.file)
    assert [subject.partition(",")[0] for subject in result.details["chain"]] == [
        f"CN={NAME}",
        "CN=Microsoft Corporation Root",
    ]
    assert result.details["chain_days_left"] == 29
