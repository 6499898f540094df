"""Hello and health: what a runner says of itself decides whether it is given work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.errors import Refused
from bot.probes.gateway import parse_greeting
from bot.probes.tokens import Tokens, checker
from bot.probes.wire import Check, Greeting
from tests.support.gateway import TOKEN, Desk, a_job
from tests.support.mutation import inputs, malformed
from tests.support.waiting import wait_until

SICK = Greeting(ready=False, checks=(Check(name="clock", ok=False, needed=True, why="400 s off"),))
WELL = Greeting(
    checks=(Check(name="clock", ok=True, needed=True), Check(name="ping", ok=False, why="denied"))
)


@pytest.fixture
def desk(redis: Redis) -> Desk:
    return Desk(redis)


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    async with desk.open() as url, aiohttp.ClientSession(url, headers=headers) as session:
        yield session


async def _post(http: aiohttp.ClientSession, path: str, body: bytes, runner: str = "r1") -> tuple[int, Any]:
    async with http.post(f"/runner/{path}?site=lyon&runner={runner}", data=body) as response:
        return response.status, await response.json() if response.status != 204 else None


async def _hello(http: aiohttp.ClientSession, greeting: Greeting, runner: str = "r1") -> int:
    return (await _post(http, "hello", msgspec.json.encode(greeting), runner))[0]


async def test_a_sick_runner_is_not_given_work(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.queue.put(a_job())
    assert await _hello(http, SICK) == 200
    status, answer = await _post(http, "jobs/next", b"{}")
    assert (status, answer["error"]) == (409, "this runner is not ready: clock: 400 s off")
    assert await desk.queue.last_seen("lyon") is None


async def test_a_runner_still_trying_itself_waits(http: aiohttp.ClientSession, desk: Desk) -> None:
    await _hello(http, Greeting(ready=False))
    assert (await _post(http, "jobs/next", b"{}"))[0] == 409
    assert await desk.queue.last_seen("lyon") is None


async def test_a_healthy_one_beside_it_is(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.queue.put(a_job())
    await _hello(http, SICK)
    await _hello(http, WELL, "r2")
    assert (await _post(http, "jobs/next", b"{}", "r2"))[0] == 200
    states = await desk.queue.states("lyon")
    assert {name: state.greeting for name, state in states.items()} == {"r1": SICK, "r2": WELL}


async def test_a_runner_that_recovers_works_again(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.queue.put(a_job())
    await _hello(http, SICK)
    await _hello(http, WELL)
    assert (await _post(http, "jobs/next", b"{}"))[0] == 200


async def test_a_revoked_token_ends_the_long_poll(redis: Redis) -> None:
    tokens, desk = Tokens(redis), Desk(redis)
    headers = {"Authorization": f"Bearer {await tokens.rotate('lyon')}"}
    async with (
        desk.open(checker(tokens, None)) as url,
        aiohttp.ClientSession(url, headers=headers) as http,
    ):
        poll = asyncio.create_task(_post(http, "jobs/next", b"{}"))
        await wait_until(desk.heard, "the runner polls")
        await tokens.rotate("lyon", timedelta())
        assert await asyncio.wait_for(poll, 3) == (401, {"error": "a site's token is needed"})


async def test_a_refusal_names_the_scheme(redis: Redis) -> None:
    async with (
        Desk(redis).open() as url,
        aiohttp.ClientSession(url) as http,
        http.post("/runner/hello?site=lyon&runner=r1") as response,
    ):
        assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_what_is_no_greeting_is_refused(http: aiohttp.ClientSession) -> None:
    assert await _post(http, "hello", b"[]") == (400, {"error": "not a greeting"})


@pytest.mark.fuzz
def test_no_malformed_greeting_breaks_the_reader() -> None:
    read = 0
    for data in malformed((msgspec.json.encode(SICK), msgspec.json.encode(WELL))):
        try:
            read += isinstance(parse_greeting(data), Greeting)
        except Refused:
            continue
    assert read > inputs() / 1000


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert isinstance(parse_greeting(data), Greeting)


def test_silence_is_a_greeting() -> None:
    assert parse_greeting(b"") == parse_greeting(b"{}") == Greeting()
