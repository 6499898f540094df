from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.errors import RedisUnavailable
from bot.state.connection import connect, ready, reply
from bot.state.embedded import EmbeddedRedis


async def test_bytes_come_back_as_stored(redis: Redis) -> None:
    await redis.set("any", b"\xff\x00", ex=60)
    assert await reply(redis.get("any")) == b"\xff\x00"


async def test_living_server_is_ready(redis: Redis) -> None:
    assert await ready(redis)


async def test_absent_server_is_not_ready(tmp_path: Path) -> None:
    async with connect(f"unix://{tmp_path}/none.sock") as client:
        assert not await ready(client)


async def test_absent_server_is_told_apart(tmp_path: Path) -> None:
    async with connect(f"unix://{tmp_path}/none.sock") as client:
        with pytest.raises(RedisUnavailable) as caught:
            await reply(client.get("any"))
    assert "DECROCHE_REDIS_URL" in caught.value.advice


@pytest.mark.parametrize("url", ["http://localhost", "localhost:6379", "redis://host:port"])
def test_address_of_nothing_is_refused(url: str) -> None:
    with pytest.raises(RedisUnavailable):
        connect(url)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/1", "rediss://127.0.0.1", "unix:///run/redis.sock"])
def test_every_kind_of_address_is_taken(url: str) -> None:
    assert isinstance(connect(url), Redis)


async def test_server_that_restarts_is_waited_for(tmp_path: Path) -> None:
    async with connect(f"unix://{tmp_path}/redis/redis.sock") as client:
        asking = asyncio.create_task(ready(client))
        server = await EmbeddedRedis.start(tmp_path)
        assert await asking
        await server.close()
