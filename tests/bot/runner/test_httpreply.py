"""HTTP answers of servers, proxies and portals; noise above all."""

from __future__ import annotations

import time

import pytest

from bot.domain.probe import Failure
from bot.runner.httpreply import MOST, MOST_BODY, HttpReply, is_complete, on_the_way, read_http
from tests.support.mutation import inputs, malformed

HOST = "teams.microsoft.com"
OK = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3\r\nabc\r\n0\r\n\r\n"
PORTAL = b"HTTP/1.1 302 Found\r\nLocation: http://portail.example/\r\nConnection: close\r\n\r\n<html>"
PROXY = b"HTTP/1.0 407 Proxy Authentication Required\r\nVia: 1.1 p\r\nProxy-Authenticate: NTLM\r\n\r\n"


def _location(text: str, status: int = 302) -> HttpReply:
    return HttpReply(status=status, location=text)


def test_the_parts_of_an_answer() -> None:
    assert read_http(OK) == HttpReply(status=200, server="x", body="ok")
    assert read_http(PORTAL) == HttpReply(status=302, location="http://portail.example/", body="<html>")
    assert read_http(PROXY) == HttpReply(status=407, via="1.1 p", authenticate="NTLM")


def test_chunks_are_joined() -> None:
    read = read_http(CHUNKED)
    assert read is not None
    assert read.body == "okabc"


def test_a_cut_body_is_kept() -> None:
    for data in (OK.replace(b": 2", b": 9"), CHUNKED[:-12], CHUNKED.replace(b"3\r\n", b"zz\r\n")):
        read = read_http(data)
        assert read is not None
        assert read.status == 200


def test_sizes_are_bounded() -> None:
    read = read_http(b"HTTP/1.1 200 OK\r\nServer: " + b"s" * 9000 + b"\r\n\r\n" + b"x" * 10**6)
    assert read is not None
    assert (len(read.server), len(read.body)) == (200, MOST_BODY)


@pytest.mark.parametrize(
    "data", [b"", b"220 smtp", b"HTTP/2 200", b"HTTP/1.1 20", b"HTTP/1.1 abc OK\r\n\r\n", b"\x15\x03\x01"]
)
def test_other_protocols_are_none(data: bytes) -> None:
    assert read_http(data) is None


@pytest.mark.parametrize(
    ("data", "complete"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\n", False),
        (OK[:-1], False),
        (OK, True),
        (CHUNKED[:-2], False),
        (CHUNKED, True),
        (PORTAL, False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"x" * MOST, True),
        (PORTAL + b"x" * MOST_BODY, True),
    ],
)
def test_the_end_of_an_answer_is_seen(data: bytes, complete: bool) -> None:
    assert is_complete(data) is complete


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (HttpReply(status=407), Failure.proxy_required),
        (HttpReply(status=511), Failure.captive_portal),
        (_location("http://portail.example/"), Failure.captive_portal),
        (_location("http://[broken/"), Failure.captive_portal),
        (_location("https://www.microsoft.com/"), None),
        (_location("/elsewhere"), None),
        (_location("http://portail.example/", status=200), None),
        (HttpReply(status=403), None),
    ],
)
def test_a_box_on_the_way_is_known(reply: HttpReply, failure: Failure | None) -> None:
    assert on_the_way(reply, HOST) is failure


def test_empty_parts_are_not_told() -> None:
    assert HttpReply(status=200, body="secret").details() == {"status": 200, "location": ""}


@pytest.mark.fuzz
@pytest.mark.parametrize("keep", [0, 9])
def test_no_malformed_answer_breaks_the_reader(keep: int) -> None:
    began, read = time.monotonic(), 0
    for data in malformed((OK, CHUNKED, PORTAL, PROXY), keep=keep):
        is_complete(data)
        reply = read_http(data)
        if reply is not None:
            read += 1
            assert len(reply.body) <= MOST_BODY
            on_the_way(reply, HOST)
    assert read > inputs() / 100
    assert time.monotonic() - began < 20
