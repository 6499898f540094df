"""A real Redis for tests: one embedded server a session (and xdist worker), empty for every test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.state.connection import connect
from bot.state.embedded import EmbeddedRedis


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the session's server."""
    with asyncio.Runner() as runner:
        server = runner.run(EmbeddedRedis.start(tmp_path_factory.mktemp("state")))
        yield server.url
        runner.run(server.close())


@pytest.fixture
async def redis(redis_server: str) -> AsyncIterator[Redis]:
    """A client of an empty Redis; afterwards every key must have a TTL or be meant to stay."""
    client = connect(redis_server)
    await client.flushdb()
    yield client
    leaked = await leaks(client)
    await client.aclose()
    assert not leaked, f"keys that would stay for ever (see bot/keys.py): {leaked}"


@pytest.fixture
def redis_url(redis: Redis, redis_server: str) -> str:
    """The address of the same empty Redis, for a client or process of the test's own."""
    return redis_server


async def leaks(client: Redis) -> list[str]:
    """Keys that have no TTL and are not on the list of permanent ones."""
    names = [name.decode() async for name in client.scan_iter()]
    return [name for name in names if not keys.is_permanent(name) and await client.ttl(name) == -1]
