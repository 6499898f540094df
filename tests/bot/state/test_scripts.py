from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.errors import RedisUnavailable
from bot.state.connection import connect
from bot.state.scripts import Script, ms, pack, to_json

ECHO = "return cmsgpack.unpack(ARGV[1])"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=400), max_size=20))
@example(["« é »", "x" * 70_000, ""])
def test_scripts_read_what_was_packed(redis_server: str, words: list[str]) -> None:
    async def echo() -> list[bytes]:
        async with connect(redis_server) as client:
            echoed: list[bytes] = await Script(client, ECHO)([], pack(words))
            return echoed

    assert asyncio.run(echo()) == [word.encode() for word in words]


async def test_numbers_reach_commands_whole(redis: Redis) -> None:
    ttl = ms(timedelta(days=400))
    await redis.set("any", "1")
    await Script(redis, "redis.call(unpack(cmsgpack.unpack(ARGV[1])))")([], pack(("PEXPIRE", "any", ttl)))
    assert ttl - 5000 < await redis.pttl("any") <= ttl


async def test_forgotten_script_is_sent_again(redis: Redis) -> None:
    script = Script(redis, "return KEYS[1] .. ARGV[1]")
    assert await script(["a"], "b") == b"ab"
    await redis.script_flush()
    assert await script(["a"], "b") == b"ab"


async def test_script_tells_an_absent_redis(tmp_path: Path) -> None:
    async with connect(f"unix://{tmp_path}/none.sock") as client:
        with pytest.raises(RedisUnavailable):
            await Script(client, "return 1")([])


def test_json_stays_readable_in_redis() -> None:
    assert to_json(("D-1042", "step:17")) == '["D-1042","step:17"]'
