from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.errors import StateError
from bot.state.locks import conversation_lock


async def test_turns_of_a_conversation_queue_up(redis: Redis) -> None:
    inside: list[int] = []

    async def turn() -> None:
        async with conversation_lock(redis, "c"):
            inside.append(1)
            assert len(inside) == 1
            await asyncio.sleep(0)
            inside.pop()

    await asyncio.gather(*(turn() for _ in range(10)))


async def test_other_conversation_does_not_wait(redis: Redis) -> None:
    async with conversation_lock(redis, "c"), conversation_lock(redis, "d", timedelta(milliseconds=50)):
        pass


async def test_busy_conversation_is_given_up(redis: Redis) -> None:
    async with conversation_lock(redis, "c"):
        with pytest.raises(StateError, match="busy"):
            async with conversation_lock(redis, "c", timedelta(milliseconds=50)):
                pass


async def test_failed_turn_frees_its_conversation(redis: Redis) -> None:
    with pytest.raises(ZeroDivisionError):
        async with conversation_lock(redis, "c"):
            _ = 1 / 0
    async with conversation_lock(redis, "c", timedelta(milliseconds=50)):
        pass


async def test_slow_turn_spares_the_next_lock(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        async with conversation_lock(redis, "c"):
            await redis.set(keys.conversation_lock("c"), "another turn", ex=10)
    assert await redis.get(keys.conversation_lock("c")) == b"another turn"
    assert "longer than its lock" in caplog.text
