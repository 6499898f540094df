from __future__ import annotations

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.domain.events import Tell
from bot.state.outbox import Item, Outbox
from bot.state.silence import Silences


@pytest.fixture
def silences(redis: Redis) -> Silences:
    return Silences(redis)


async def test_first_silence_is_told_apart(silences: Silences) -> None:
    assert [await silences.hold("a:1", queue) for queue in ("a:1", "later:x", "a:1")] == [True, False, False]
    assert await silences.silent("a:1")
    assert not await silences.silent("a:2")


async def test_return_makes_everything_due(silences: Silences, redis: Redis) -> None:
    outbox = Outbox(redis)
    for queue in ("a:1", "later:x", "other"):
        await outbox.put([Item(id=queue, queue=queue, effect=Tell(to="employee", text="say.x"))])
        await outbox.retry(queue, queue, timedelta(days=7))
    await silences.hold("a:1", "a:1")
    await silences.hold("a:1", "later:x")
    assert await outbox.ready(10) == []
    assert await silences.lift("a:1")
    assert set(await outbox.ready(10)) == {"a:1", "later:x"}
    assert not await silences.silent("a:1")
    assert not await silences.lift("a:1")


async def test_empty_queue_does_not_become_due(silences: Silences, redis: Redis) -> None:
    await silences.hold("a:1", "a:1")
    await silences.lift("a:1")
    assert await Outbox(redis).ready(10) == []
