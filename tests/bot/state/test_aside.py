from __future__ import annotations

from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.domain.events import Tell
from bot.state.aside import MOST, Aside, Refused
from bot.state.outbox import Item, Outbox

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def aside(redis: Redis) -> Aside:
    return Aside(redis)


def refused(number: int = 1) -> Refused:
    item = Item(id=f"i{number}", queue="a:1", effect=Tell(to="employee", text=f"say.{number}"))
    return Refused(item=item, at=NOW, why="POST was answered 403 InvalidBotApiHost")


async def test_refused_message_is_kept(aside: Aside) -> None:
    await aside.put(refused())
    assert await aside.all() == [refused()]


async def test_refused_messages_go_again(aside: Aside, redis: Redis) -> None:
    outbox = Outbox(redis)
    await outbox.put([refused().item])
    await outbox.finish("a:1", "i1")
    for _ in range(2):
        await aside.put(refused())
        assert await aside.again(outbox) == 1
        entry = await outbox.head("a:1")
        assert entry is not None
        assert entry.item.effect == refused().item.effect
        assert await outbox.finish("a:1", entry.item.id)
    assert await aside.all() == []


async def test_oldest_gives_way(aside: Aside, redis: Redis) -> None:
    for number in range(MOST + 2):
        await aside.put(refused(number))
    assert [kept.item.id for kept in (await aside.all())[:1]] == ["i2"]
    assert len(await aside.all()) == MOST
