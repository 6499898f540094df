from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.keys import Ttl
from bot.state.roster import Roster


async def test_stranger_is_neither_in_nor_out(redis: Redis) -> None:
    assert await Roster(redis).known("aad-1") is None


@pytest.mark.parametrize("member", [True, False])
async def test_answer_is_remembered_a_while(redis: Redis, member: bool) -> None:
    roster = Roster(redis)
    await roster.learn("aad-1", member)
    assert await roster.known("aad-1") is member
    assert 0 < await redis.ttl(keys.roster("aad-1")) <= Ttl.roster.total_seconds()


async def test_later_answer_replaces_the_earlier(redis: Redis) -> None:
    roster = Roster(redis)
    await roster.learn("aad-1", True)
    await roster.learn("aad-1", False)
    assert await roster.known("aad-1") is False
