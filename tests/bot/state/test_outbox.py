from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.errors import Conflict
from bot.state.outbox import Entry, Outbox
from bot.state.placements import Placements
from bot.state.records import Records
from tests.support.turns import ROOM, item, placement
from tests.support.waiting import wait_until

QUEUE = "19:room"


@pytest.fixture
def outbox(redis: Redis) -> Outbox:
    return Outbox(redis)


async def test_empty_outbox_has_nothing_due(outbox: Outbox) -> None:
    assert await outbox.ready(10) == []
    assert await outbox.due_in() is None
    assert await outbox.head(QUEUE) is None


async def test_items_leave_in_order_put(outbox: Outbox) -> None:
    await outbox.put([item("1"), item("2")])
    await outbox.put([item("3")])
    assert await _drain(outbox) == ["1", "2", "3"]
    assert await outbox.ready(10) == []


async def test_item_put_again_is_ignored(outbox: Outbox) -> None:
    await outbox.put([item("1"), item("1")])
    assert await _drain(outbox) == ["1"]
    await outbox.put([item("1")])
    assert await outbox.head(QUEUE) is None


async def test_queues_are_apart(outbox: Outbox) -> None:
    await outbox.put([item("1", "a"), item("2", "case:D-1"), item("3", "c")])
    assert set(await outbox.ready(10)) == {"a", "case:D-1", "c"}
    assert len(await outbox.ready(2)) == 2
    await outbox.finish("a", "1")
    assert set(await outbox.ready(10)) == {"case:D-1", "c"}


async def test_begun_delivery_is_remembered(outbox: Outbox) -> None:
    await outbox.put([item("1")])
    await outbox.begin(QUEUE, "1")
    assert await outbox.head(QUEUE) == Entry(item=item("1"), attempts=0, sending=True)


async def test_failed_delivery_waits_and_counts(outbox: Outbox) -> None:
    await outbox.put([item("1"), item("2")])
    await outbox.begin(QUEUE, "1")
    assert await outbox.retry(QUEUE, "1", timedelta(minutes=1))
    assert await outbox.head(QUEUE) == Entry(item=item("1"), attempts=1, sending=False)
    assert await outbox.ready(10) == []
    wait = await outbox.due_in()
    assert wait is not None
    assert timedelta(seconds=50) < wait <= timedelta(minutes=1)


async def test_new_item_does_not_hurry_a_queue(outbox: Outbox) -> None:
    await outbox.put([item("1")])
    await outbox.retry(QUEUE, "1", timedelta(minutes=1))
    await outbox.put([item("2")])
    assert await outbox.ready(10) == []


async def test_next_item_starts_without_history(outbox: Outbox) -> None:
    await outbox.put([item("1"), item("2")])
    await outbox.retry(QUEUE, "1", timedelta())
    await outbox.begin(QUEUE, "1")
    assert await outbox.finish(QUEUE, "1")
    assert await outbox.head(QUEUE) == Entry(item=item("2"))


async def test_queue_due_again_after_waiting(outbox: Outbox) -> None:
    await outbox.put([item("1")])
    await outbox.retry(QUEUE, "1", timedelta(milliseconds=30))

    async def due() -> bool:
        return await outbox.ready(10) == [QUEUE]

    await wait_until(due, "the queue is due again")
    assert await outbox.due_in() == timedelta()


async def test_other_item_is_not_touched(redis: Redis, outbox: Outbox) -> None:
    await outbox.put([item("2")])
    assert not await outbox.finish(QUEUE, "1", {"triage": placement("a")}, "D-1")
    assert not await outbox.retry(QUEUE, "1", timedelta(minutes=1))
    with pytest.raises(Conflict):
        await outbox.begin(QUEUE, "1")
    assert await outbox.head(QUEUE) == Entry(item=item("2"))
    assert await Placements(redis).all("D-1") == {}
    assert await outbox.ready(10) == [QUEUE]


async def test_delivery_records_where_cards_stand(redis: Redis, outbox: Outbox) -> None:
    await outbox.put([item("1")])
    await outbox.finish(QUEUE, "1", {"triage": placement("a")}, "D-1")
    assert await Placements(redis).all("D-1") == {"triage": placement("a")}
    assert await Placements(redis).slot_of(ROOM.id, "a") == ("D-1", "triage")


async def test_queue_whose_items_expired_is_dropped(redis: Redis, outbox: Outbox) -> None:
    await outbox.put([item("1")])
    await redis.delete(keys.outbox_queue(QUEUE))
    assert await outbox.head(QUEUE) is None
    assert await outbox.ready(10) == []


async def test_one_consumer_holds_a_queue(outbox: Outbox) -> None:
    async with outbox.lease(QUEUE) as first, outbox.lease(QUEUE) as second, outbox.lease("other") as third:
        assert (first, second, third) == (True, False, True)
    async with outbox.lease(QUEUE) as again:
        assert again


async def test_refused_consumer_frees_nothing(outbox: Outbox) -> None:
    async with outbox.lease(QUEUE):
        async with outbox.lease(QUEUE):
            pass
        async with outbox.lease(QUEUE) as still:
            assert not still


async def test_crashed_consumer_frees_its_queue(redis: Redis, outbox: Outbox) -> None:
    await redis.set(keys.outbox_lease(QUEUE), "a dead process", px=60)
    async with outbox.lease(QUEUE) as at_once:
        assert not at_once

    async def freed() -> bool:
        async with outbox.lease(QUEUE) as mine:
            return mine

    await wait_until(freed, "the lease of the dead process ran out")


async def test_held_lease_is_renewed(redis: Redis) -> None:
    left = [1000]

    async def renewed() -> bool:
        left.append(await redis.pttl(keys.outbox_lease(QUEUE)))
        return left[-1] > left[-2]

    async with Outbox(redis, lease=timedelta(milliseconds=300)).lease(QUEUE):
        for _ in range(3):
            await wait_until(renewed, "the lease lives longer than it did")
    assert await redis.get(keys.outbox_lease(QUEUE)) is None


async def test_lost_lease_is_left_alone(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        async with Outbox(redis, lease=timedelta(milliseconds=60)).lease(QUEUE):
            await redis.set(keys.outbox_lease(QUEUE), "another consumer", ex=60)
            await wait_until(lambda: "lease was lost" in caplog.text, "the loss is noticed")
    assert await redis.get(keys.outbox_lease(QUEUE)) == b"another consumer"


async def test_lease_ends_while_it_is_renewed(redis: Redis) -> None:
    """redis-py may swallow a cancellation in a renewal; renewing for ever would stop the queue for good."""
    outbox, never = (
        Outbox(redis, lease=timedelta(milliseconds=300)),
        asyncio.create_task(asyncio.Event().wait()),
    )

    async def hold(number: int) -> None:
        async with outbox.lease(f"{QUEUE}{number}"):
            await asyncio.wait([never], timeout=0.1 + number * 0.0005)

    for _ in range(5):
        async with asyncio.timeout(2):
            await asyncio.gather(*(hold(number) for number in range(80)))
    never.cancel()


async def test_cancelled_holder_frees_its_lease(redis: Redis, outbox: Outbox) -> None:
    for turns in range(30):
        holder = asyncio.create_task(_hold(outbox, held := asyncio.Event()))
        await held.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        holder.cancel()
        await asyncio.wait([holder])
        await wait_until(lambda: _is_free(redis), "the lease is free at once", timeout_s=2)


async def _hold(outbox: Outbox, held: asyncio.Event) -> None:
    async with outbox.lease(QUEUE):
        held.set()
        await asyncio.sleep(0)


async def _is_free(redis: Redis) -> bool:
    return not await redis.exists(keys.outbox_lease(QUEUE))


async def test_delivery_records_what_belongs_to_it(redis: Redis, outbox: Outbox) -> None:
    await outbox.put([item("1")])
    assert not await outbox.finish(QUEUE, "2", records={"thread/D-1": {"case": "D-2"}})
    assert await Records(redis).read(["thread/D-1"]) == {}
    assert await outbox.finish(QUEUE, "1", records={"thread/D-1": {"case": "D-1"}})
    assert (await Records(redis).read(["thread/D-1"]))["thread/D-1"].data == {"case": "D-1"}


async def test_items_go_out_once_under_crowd(redis: Redis, outbox: Outbox) -> None:
    await outbox.put([item(str(n)) for n in range(20)])
    delivered: list[str] = []

    async def consume() -> None:
        while await outbox.ready(1):
            async with outbox.lease(QUEUE) as mine:
                entry = await outbox.head(QUEUE) if mine else None
                if entry:
                    await outbox.begin(QUEUE, entry.item.id)
                    delivered.append(entry.item.id)
                    await outbox.finish(QUEUE, entry.item.id)

    await asyncio.gather(*(consume() for _ in range(8)))
    assert delivered == [str(n) for n in range(20)]


async def _drain(outbox: Outbox) -> list[str]:
    delivered = []
    while entry := await outbox.head(QUEUE):
        await outbox.finish(QUEUE, entry.item.id)
        delivered.append(entry.item.id)
    return delivered
