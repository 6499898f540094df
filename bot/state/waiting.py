"""What lies in the outbox and does not get on: for an operator who asks why a message has not come."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.state.connection import reply
from bot.state.outbox import Item


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A queue: its first item, how many lie in it, how often that was tried, and when it is tried next (UTC)."""

    queue: str
    first: Item
    items: int
    attempts: int
    due: datetime


async def waiting(redis: Redis) -> list[Waiting]:
    """Every queue whose first item was tried in vain, or is overdue; the soonest due first."""
    now: tuple[int, int] = await reply(redis.time())
    due: list[tuple[bytes, float]] = await reply(redis.zrange(keys.outbox_due(), 0, -1, withscores=True))
    found = [await _queue(redis, queue.decode(), at) for queue, at in due]
    late = now[0] * 1000 - 10_000
    return [queue for queue in found if queue and (queue.attempts or queue.due.timestamp() * 1000 < late)]


async def _queue(redis: Redis, queue: str, due_ms: float) -> Waiting | None:
    first: bytes | None = await reply(redis.lindex(keys.outbox_queue(queue), 0))
    if first is None:
        return None
    item = msgspec.json.decode(first, type=Item)
    attempts: bytes | None = await reply(redis.hget(keys.outbox_head(queue), "attempts"))
    planned = item.not_before is not None
    return Waiting(
        queue=queue,
        first=item,
        items=await reply(redis.llen(keys.outbox_queue(queue))),
        attempts=max(0, int(attempts or 0) - planned),  # waiting for its time counts as one
        due=datetime.fromtimestamp(due_ms / 1000, UTC),
    )
