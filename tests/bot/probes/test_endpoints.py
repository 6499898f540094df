"""Microsoft's list, from a server that behaves like it and from one that does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.probes.endpoints import (
    MOST_BYTES,
    EndpointList,
    EndpointsUnusable,
    age_of,
    parse_endpoints,
    pinned,
    with_ranges,
)
from bot.probes.plans import shipped
from tests.support.waiting import wait_until

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def entry(number: int, *ips: str, **more: Any) -> dict[str, Any]:
    told = {"serviceArea": "Skype", "urls": ["*.teams.microsoft.com"], "tcpPorts": "443", "required": True}
    return {"id": number, **told, **({"ips": list(ips)} if ips else {}), **more}


LIST = [
    entry(11, "52.112.0.0/14", "13.107.64.0/18", udpPorts="3478,3479,3480,3481"),
    entry(12, "52.112.0.0/14", "2603:1063::/38"),
    entry(56, "20.190.128.0/18"),
    entry(59),
    entry(125),
]


class Microsoft:
    """A server with the list; counts what it was asked."""

    def __init__(self) -> None:
        self.body = json.dumps(LIST).encode()
        self.status = 200
        self.asked: list[web.Request] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        if self.status != 200:
            return web.Response(status=self.status)
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(body=self.body, headers={"ETag": '"v1"'}, content_type="application/json")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
        app = web.Application()
        app.router.add_get("/endpoints/worldwide", self.answer)
        server = TestServer(app)
        await server.start_server()
        async with aiohttp.ClientSession() as session:
            yield str(server.make_url("/endpoints/worldwide")), session
        await server.close()


def test_the_pinned_copy_vouches_for_what_ships() -> None:
    copy = pinned()
    assert copy.pinned
    assert copy.read.tzinfo is not None
    for name, ranges in copy.ranges.items():
        assert set(ranges) <= set(with_ranges(shipped(), copy).ranges[name])
        again = json.dumps([entry(number, *ranges) for number in (11, 12, 56)]).encode()
        assert parse_endpoints(again, NOW).ranges[name] == ranges


def test_ranges_are_read_once_each() -> None:
    found = parse_endpoints(json.dumps(LIST).encode(), NOW)
    assert found.ranges == {
        "teams": ("52.112.0.0/14", "13.107.64.0/18", "2603:1063::/38"),
        "identity": ("20.190.128.0/18",),
    }


def test_the_list_only_ever_adds() -> None:
    found = parse_endpoints(json.dumps([*LIST[:2], entry(56, "4.150.0.0/16")]).encode(), NOW)
    widened = with_ranges(shipped(), found)
    assert set(shipped().ranges["teams"]) <= set(widened.ranges["teams"])
    assert "4.150.0.0/16" in widened.ranges["identity"]
    assert "4.150.0.0/16" not in widened.ranges["teams"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([], "lacks set 11"),
        (LIST[1:], "lacks set 11"),
        ([*LIST[:2], entry(56)], "without addresses"),
        ([*LIST[:2], entry(56, "0.0.0.0/0")], "no range of a service"),
        ([*LIST[:2], entry(56, "::/0")], "no range of a service"),
        ([*LIST[:2], entry(56, "10.0.0.0/12")], "no range of a service"),
        ([*LIST[:2], entry(56, "nonsense")], "nonsense"),
        ([*LIST[:2], entry(56, "1" * 100)], "length"),
        ({"message": "maintenance"}, "not Microsoft's list"),
    ],
)
def test_what_is_not_the_list_is_refused(content: Any, why: str) -> None:
    with pytest.raises(EndpointsUnusable, match=why):
        parse_endpoints(json.dumps(content).encode(), NOW)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(EndpointsUnusable):
        parse_endpoints(data, NOW)


async def test_a_fetched_list_is_shared(redis: Redis) -> None:
    async with Microsoft().open() as (url, session):
        await EndpointList(redis, url).refresh(session, NOW)
        other = EndpointList(redis, url)
        assert (await other.load()).ranges["identity"] == ("20.190.128.0/18",)
        assert (other.current.read, other.current.pinned) == (NOW, False)


async def test_an_unchanged_list_is_as_good_as_new(redis: Redis) -> None:
    microsoft = Microsoft()
    async with microsoft.open() as (url, session):
        endpoints = EndpointList(redis, url)
        first = await endpoints.refresh(session, NOW)
        later = await endpoints.refresh(session, NOW + timedelta(days=1))
    assert later.ranges == first.ranges
    assert later.read == NOW + timedelta(days=1)
    assert [request.headers.get("If-None-Match") for request in microsoft.asked] == [None, '"v1"']
    assert len({request.query["clientrequestid"] for request in microsoft.asked}) == 2


@pytest.mark.parametrize("status", [204, 302, 404, 500])
async def test_a_refusal_keeps_the_copy(redis: Redis, status: int) -> None:
    microsoft = Microsoft()
    microsoft.status = status
    async with microsoft.open() as (url, session):
        endpoints = EndpointList(redis, url)
        with pytest.raises(EndpointsUnusable, match=f"HTTP {status}"):
            await endpoints.refresh(session, NOW)
        assert endpoints.current == pinned()


async def test_a_huge_list_is_not_read(redis: Redis) -> None:
    microsoft = Microsoft()
    microsoft.body = b" " * (MOST_BYTES + 1)
    async with microsoft.open() as (url, session):
        with pytest.raises(EndpointsUnusable, match="too large"):
            await EndpointList(redis, url).refresh(session, NOW)


async def test_nobody_there_is_unusable(redis: Redis) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(EndpointsUnusable):
            await EndpointList(redis, "http://127.0.0.1:1/").refresh(session, NOW)


async def test_following_fetches_at_once(redis: Redis) -> None:
    microsoft = Microsoft()
    async with microsoft.open() as (url, session):
        endpoints = EndpointList(redis, url)
        task = asyncio.create_task(endpoints.follow(session))
        await wait_until(lambda: not endpoints.current.pinned, "the list came")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_following_outlives_a_failure(redis: Redis) -> None:
    microsoft = Microsoft()
    microsoft.status = 500
    async with microsoft.open() as (url, session):
        task = asyncio.create_task(EndpointList(redis, url).follow(session))
        await wait_until(lambda: bool(microsoft.asked), "it asked")
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_the_age_is_told() -> None:
    assert age_of(pinned()).startswith("the pinned copy of 2026-")
