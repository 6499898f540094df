"""What becomes of a job is noted while it is remembered, and not a moment longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot import keys
from bot.probes.queue import ProbeQueue
from bot.probes.wire import Check, Greeting, RunnerState
from tests.support.gateway import a_job


async def test_a_job_knows_who_took_it_when(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.put(a_job())
    assert await queue.taken("j1") is None
    await queue.take("lyon", "r1", timedelta())
    taken = await queue.taken("j1")
    assert taken is not None
    assert abs((datetime.now(UTC) - taken).total_seconds()) < 5
    noted: Any = await redis.hget(keys.probe_job("j1"), "taken")
    assert noted.endswith(b" r1")


async def test_a_job_is_finished_once(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.put(a_job())
    assert [await queue.finish("j1") for _ in range(3)] == [True, False, False]
    assert not await queue.finish("unknown")


async def test_a_forgotten_job_stays_forgotten(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.put(a_job())
    await redis.delete(keys.probe_job("j1"))
    await queue.take("lyon", "r1", timedelta())
    await queue.finish("j1")
    assert not await redis.exists(keys.probe_job("j1"))


async def test_a_runner_long_gone_is_forgotten(redis: Redis) -> None:
    queue, now = ProbeQueue(redis), datetime.now(UTC)
    old = RunnerState(at=now - keys.Ttl.runner_state - timedelta(seconds=1), greeting=Greeting())
    await queue.note_state("lyon", "old", old)
    assert await queue.states("lyon") == {}
    await queue.note_state("lyon", "new", RunnerState(at=now, greeting=Greeting()))
    assert await redis.hkeys(keys.runner_state("lyon")) == [b"new"]


async def test_only_a_sick_runner_is_sick(redis: Redis) -> None:
    queue, now = ProbeQueue(redis), datetime.now(UTC)
    ill = Greeting(ready=False, checks=(Check(name="udp", ok=False, needed=True, why="denied"),))
    await queue.note_state("lyon", "ill", RunnerState(at=now, greeting=ill))
    await queue.note_state("lyon", "well", RunnerState(at=now, greeting=Greeting()))
    found = [await queue.sick("lyon", name) for name in ("ill", "well", "nobody")]
    assert found == [("udp: denied",), None, None]
