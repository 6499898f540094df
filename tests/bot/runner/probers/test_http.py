"""HTTP against servers, portals and proxies with fixed answers."""

from __future__ import annotations

import pytest

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
