from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot import keys
from bot.domain.events import Tell
from bot.state.outbox import Item, Outbox
from bot.state.waiting import waiting


def item(queue: str, number: int = 1, not_before: datetime | None = None) -> Item:
    effect = Tell(to="employee", text="say.x")
    return Item(id=f"{queue}:{number}", queue=queue, effect=effect, case="D-1", not_before=not_before)


async def test_what_was_tried_in_vain_is_shown(redis: Redis) -> None:
    outbox = Outbox(redis)
    await outbox.put([item("a:1"), item("a:1", 2), item("a:2")])
    await outbox.retry("a:1", "a:1:1", timedelta(minutes=1))
    (found,) = await waiting(redis)
    assert (found.queue, found.items, found.attempts, found.first) == ("a:1", 2, 1, item("a:1"))
    assert timedelta() < found.due - datetime.now(UTC) <= timedelta(minutes=1)


async def test_overdue_queue_is_shown(redis: Redis) -> None:
    await Outbox(redis).put([item("a:1")])
    assert await waiting(redis) == []
    await redis.zadd(keys.outbox_due(), {"a:1": 0})
    assert [found.queue for found in await waiting(redis)] == ["a:1"]


async def test_item_for_later_is_not_stuck(redis: Redis) -> None:
    outbox = Outbox(redis)
    await outbox.put([item("wake:1", not_before=datetime.now(UTC) + timedelta(hours=1))])
    await outbox.retry("wake:1", "wake:1:1", timedelta(hours=1))
    assert await waiting(redis) == []
    await redis.delete(keys.outbox_queue("wake:1"))
    assert await waiting(redis) == []
