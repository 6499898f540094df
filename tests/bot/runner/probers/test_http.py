"""HTTP against servers, portals and proxies with fixed answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.netservers import Stream, black_hole, cut_on_data, free_port, http, speak, stay, tcp
from tests.support.probing import probe, verdict


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", "ok"),
        http("404 Not Found"),
        http("403 Forbidden"),
        http("302 Found", Location="/elsewhere"),
        http("301 Moved", Location="https://127.0.0.1/"),
    ],
)
async def test_any_answer_of_the_host_is_ok(answer: Stream) -> None:
    async with tcp(answer) as port:
        assert verdict(await probe("http", port)) == (True, None, None)


@pytest.mark.parametrize(
    ("answer", "failure", "at"),
    [
        (http("302 Found", Location="http://portail.bellecour.example/"), "captive_portal", "path"),
        (http("511 Network Authentication Required"), "captive_portal", "path"),
        (http("407 Proxy Authentication Required"), "proxy_required", "path"),
        (http("503 Service Unavailable"), "http_status", "target"),
        (speak(b"220 smtp.bellecour.example ESMTP\r\n"), "http_bad_reply", "target"),
        (speak(b""), "connection_reset", "path"),
        (cut_on_data, "connection_reset", "path"),
    ],
)
async def test_every_bad_answer_is_named(answer: Stream, failure: str, at: str) -> None:
    async with tcp(answer) as port:
        assert verdict(await probe("http", port)) == (False, failure, at)


async def test_an_expected_status_is_required() -> None:
    async with tcp(http("200 OK")) as port:
        assert (await probe("http", port, status=[204])).failure == "http_status"


async def test_an_expected_text_is_required() -> None:
    async with tcp(http("200 OK", "Bienvenue à l'hôtel")) as port:
        assert (await probe("http", port, expect="Microsoft")).failure == "captive_portal"


async def test_silence_times_out() -> None:
    async with tcp(stay) as port:
        assert verdict(await probe("http", port, timeout_s=0.2)) == (False, "connection_timeout", "path")


async def test_dropped_packets_time_out() -> None:
    with black_hole() as port:
        assert verdict(await probe("http", port, timeout_s=0.2)) == (False, "connection_timeout", "path")


async def test_a_closed_port_refuses() -> None:
    assert verdict(await probe("http", free_port())) == (False, "connection_refused", "target")


NAME = "login.microsoftonline.com"


@pytest.fixture(scope="module")
def microsoft(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("microsoft"), "Microsoft Corporation")


async def test_https_is_verified_and_timed(microsoft: Authority) -> None:
    async with tcp(http("200 OK", "ok"), microsoft.server(NAME)) as port:
        result = await probe(
            "http", port, scheme="https", server_name=NAME, ca_file=str(microsoft.file), status=[200]
        )
    assert verdict(result) == (True, None, None)
    assert list(result.details)[3:8] == [
        "dns_ms", "connect_ms", "handshake_ms", "first_byte_ms", "transfer_ms",
    ]  # fmt: skip


async def test_https_names_a_bad_certificate(microsoft: Authority, tmp_path: Path) -> None:
    proxy = Authority(tmp_path, "Bellecour Inspection")
    async with tcp(http("200 OK"), proxy.server(NAME)) as port:
        result = await probe("http", port, scheme="https", server_name=NAME, ca_file=str(microsoft.file))
    assert verdict(result) == (False, "tls_intercepted", "path")


async def test_a_silent_https_server_times_out(microsoft: Authority) -> None:
    async with tcp(stay, microsoft.server(NAME)) as port:
        result = await probe(
            "http", port, scheme="https", server_name=NAME, ca_file=str(microsoft.file), timeout_s=0.3
        )
    assert verdict(result) == (False, "connection_timeout", "path")
    assert "phase" not in result.details


async def test_an_endless_answer_is_cut() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 4096)
            await writer.drain()

    async with tcp(flood) as port:
        result = await probe("http", port)
    assert (result.ok, result.ms is not None and result.ms < 500) == (True, True)


async def test_an_endless_header_is_cut() -> None:
    async with tcp(speak(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000)) as port:
        assert (await probe("http", port)).details["status"] == 200


async def test_what_stays_open_is_read_by_length() -> None:
    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await reader.read()

    async with tcp(keep) as port:
        result = await probe("http", port, expect="ok")
    assert (result.ok, result.ms is not None and result.ms < 300) == (True, True)


async def test_who_answered_is_told() -> None:
    answer = http("407 Proxy Authentication Required", Via="1.1 proxy", Proxy_Authenticate="Negotiate")
    async with tcp(answer) as port:
        details = (await probe("http", port)).details
    assert (details["via"], details["authenticate"]) == ("1.1 proxy", "Negotiate")
