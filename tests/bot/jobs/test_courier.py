from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from bot.jobs.courier import MESSAGES_AT_ONCE, WORK_AT_ONCE, Courier
from bot.state.connection import connect
from bot.state.outbox import Entry, Outbox
from tests.support.turns import item
from tests.support.waiting import wait_until

SHORT = (timedelta(milliseconds=20), timedelta(milliseconds=60))


class Hands:
    """Carries out items: notes them, or fails as told."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.done: list[str] = []
        self.tried: list[tuple[str, float]] = []
        self.bad: dict[str, Exception] = {}
        self.hold: set[str] = set()
        self.held = 0
        self.free = asyncio.Event()

    async def __call__(self, entry: Entry) -> bool:
        item_id = entry.item.id
        self.tried.append((item_id, asyncio.get_running_loop().time()))
        if entry.item.queue in self.hold:
            self.held += 1
            await self.free.wait()
        if item_id in self.bad:
            bad = self.bad[item_id]
            raise type(bad)(*bad.args)
        await self._outbox.finish(entry.item.queue, item_id)
        self.done.append(item_id)
        return True


@pytest.fixture
def outbox(redis: Redis) -> Outbox:
    return Outbox(redis)


@pytest.fixture
def hands(outbox: Outbox) -> Hands:
    return Hands(outbox)


@asynccontextmanager
async def running(outbox: Outbox, carry_out: Callable[[Entry], Awaitable[bool]]) -> AsyncIterator[Courier]:
    courier = Courier(outbox, carry_out, back_off=SHORT)
    task = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_queue_is_carried_out_in_order(outbox: Outbox, hands: Hands) -> None:
    await outbox.put([item(str(i)) for i in range(20)])
    async with running(outbox, hands):
        await wait_until(lambda: len(hands.done) == 20, "all is done")
    assert hands.done == [str(i) for i in range(20)]


async def test_wake_makes_it_look_at_once(outbox: Outbox, hands: Hands) -> None:
    async with running(outbox, hands) as courier:
        await wait_until(outbox_empty(outbox), "it has looked once")
        began = asyncio.get_running_loop().time()
        await outbox.put([item("1")])
        courier.wake()
        await wait_until(lambda: hands.done == ["1"], "it is done")
        assert asyncio.get_running_loop().time() - began < 0.2


async def test_other_process_is_noticed_unwoken(outbox: Outbox, hands: Hands) -> None:
    async with running(outbox, hands):
        await wait_until(outbox_empty(outbox), "it has looked once")
        await outbox.put([item("1")])
        await wait_until(lambda: hands.done == ["1"], "it is done", timeout_s=2)


def outbox_empty(outbox: Outbox) -> Callable[[], Awaitable[bool]]:
    async def empty() -> bool:
        return not await outbox.ready(1)

    return empty


async def test_failing_item_keeps_its_place(outbox: Outbox, hands: Hands) -> None:
    hands.bad["1"] = RuntimeError("a fault of ours")
    await outbox.put([item("1"), item("2")])
    async with running(outbox, hands) as courier:
        await wait_until(lambda: len(hands.tried) == 4, "it was tried four times")
        assert hands.done == []
        del hands.bad["1"]
        await wait_until(lambda: hands.done == ["1", "2"], "both are done, in order")
        courier.wake()
    assert {name for name, _ in hands.tried[:4]} == {"1"}


async def test_failing_item_rests_longer_each_time(outbox: Outbox, hands: Hands) -> None:
    hands.bad["1"] = KeyError("a fault of ours")
    await outbox.put([item("1")])
    async with running(outbox, hands) as courier:

        def tried(times: int) -> bool:
            courier.wake()
            return len(hands.tried) >= times

        await wait_until(lambda: tried(4), "it was tried four times, though woken all the time")
    times = [at for _, at in hands.tried[:4]]
    rests = [after - before for before, after in pairwise(times)]
    assert rests[0] >= 0.02
    assert rests[1] >= 0.06
    assert rests[2] >= 0.06


async def test_failing_queue_delays_no_other(outbox: Outbox, hands: Hands) -> None:
    hands.bad = {f"bad{i}": RuntimeError("x") for i in range(80)}
    await outbox.put([item(name, queue=f"q{name}") for name in hands.bad])
    async with running(outbox, hands) as courier:
        await wait_until(lambda: len({name for name, _ in hands.tried}) == 80, "each was tried")
        await outbox.put([item("good", queue="good")])
        courier.wake()
        await wait_until(lambda: hands.done == ["good"], "the good one is done", timeout_s=1)


async def test_success_ends_the_rests(outbox: Outbox, hands: Hands) -> None:
    hands.bad["1"] = RuntimeError("x")
    await outbox.put([item("1")])
    async with running(outbox, hands):
        await wait_until(lambda: len(hands.tried) == 3, "it has failed thrice")
        del hands.bad["1"]
        await wait_until(lambda: hands.done == ["1"], "it went well")
        hands.bad["2"] = RuntimeError("x")
        await outbox.put([item("2")])
        await wait_until(lambda: sum(name == "2" for name, _ in hands.tried) == 2, "2 failed twice")
    first, second = (at for name, at in hands.tried if name == "2")
    assert second - first >= 0.02


async def test_slow_work_leaves_room_for_messages(outbox: Outbox, hands: Hands) -> None:
    slow = [f"job:{i}" for i in range(WORK_AT_ONCE * 3)]
    hands.hold = set(slow)
    await outbox.put([item(name, queue=name) for name in slow])
    async with running(outbox, hands) as courier:
        await wait_until(lambda: hands.held == WORK_AT_ONCE, "all room for work is taken")
        await outbox.put([item("hello", queue="a:anne")])
        courier.wake()
        await wait_until(lambda: hands.done == ["hello"], "the message is out")
        hands.free.set()
        await wait_until(lambda: len(hands.done) == 1 + len(slow), "all work is done")
        assert hands.held == len(slow)


async def test_slow_messages_leave_room_for_work(outbox: Outbox, hands: Hands) -> None:
    slow = [f"a:{i}" for i in range(MESSAGES_AT_ONCE + 1)]
    hands.hold = set(slow)
    await outbox.put([item(name, queue=name) for name in slow])
    async with running(outbox, hands) as courier:
        await wait_until(lambda: hands.held == MESSAGES_AT_ONCE, "all room for messages is taken")
        await outbox.put([item("work", queue="job:1")])
        courier.wake()
        await wait_until(lambda: hands.done == ["work"], "the work is done")


async def test_crowd_of_queues_is_all_served(outbox: Outbox, hands: Hands) -> None:
    await outbox.put([item(str(i), queue=f"a:{i}") for i in range(MESSAGES_AT_ONCE * 5)])
    async with running(outbox, hands):
        await wait_until(lambda: len(hands.done) == MESSAGES_AT_ONCE * 5, "all are served", timeout_s=3)


async def test_two_couriers_do_everything_once(outbox: Outbox, hands: Hands, redis_url: str) -> None:
    await outbox.put([item(f"{q}-{i}", queue=f"a:{q}") for i in range(10) for q in range(5)])
    async with connect(redis_url) as other:
        second = Hands(Outbox(other))
        async with running(outbox, hands), running(Outbox(other), second):
            await wait_until(lambda: len(hands.done) + len(second.done) == 50, "all is done")
    assert len(set(hands.done) | set(second.done)) == 50


async def test_cancelled_courier_loses_nothing(outbox: Outbox, hands: Hands) -> None:
    hands.hold = {"a:1"}
    await outbox.put([item("1", queue="a:1"), item("2", queue="a:1")])
    async with running(outbox, hands):
        await wait_until(lambda: hands.held == 1, "it is under way")
    assert hands.done == []
    hands.free.set()
    async with running(outbox, hands):
        await wait_until(lambda: hands.done == ["1", "2"], "the next process does both")


async def test_settling_ends_only_what_is_begun(outbox: Outbox, hands: Hands) -> None:
    hands.hold = {"a:1"}
    await outbox.put([item("1", queue="a:1"), item("2", queue="a:1")])
    async with running(outbox, hands) as courier:
        await wait_until(lambda: hands.held == 1, "it is under way")
        settling = asyncio.create_task(courier.settle(timedelta(seconds=5)))
        await outbox.put([item("3", queue="a:3")])
        courier.wake()
        await asyncio.sleep(0)
        hands.free.set()
        await settling
        assert hands.done == ["1"]
    assert await outbox.head("a:1") is not None
    assert await outbox.head("a:3") is not None


class Deaf:
    """Carries out items, but does not hear the first times that it is cancelled, as redis-py at times."""

    def __init__(self, hands: Hands, times: int) -> None:
        self._hands = hands
        self.times = times

    async def __call__(self, entry: Entry) -> bool:
        if entry.item.id != "stuck":
            return await self._hands(entry)
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.times -= 1
                if self.times < 0:
                    raise


async def test_stuck_item_is_broken_off(
    outbox: Outbox, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    deaf = Deaf(hands, times=2)
    await outbox.put([item("stuck", queue="a:1"), item("2", queue="a:2")])
    courier = Courier(outbox, deaf, back_off=(timedelta(minutes=1),), longest=timedelta(milliseconds=500))
    task = asyncio.create_task(courier.run())
    await wait_until(lambda: hands.done == ["2"], "the other one is done")
    await wait_until(lambda: "a:1 broke off" in caplog.text, "it was cancelled until it ended")
    assert deaf.times == -1
    async with outbox.lease("a:1") as free:
        assert free
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await outbox.head("a:1") is not None


async def test_long_queue_is_not_broken_off(outbox: Outbox, hands: Hands) -> None:
    never = asyncio.create_task(asyncio.Event().wait())

    async def slowly(entry: Entry) -> bool:
        await asyncio.wait([never], timeout=0.02)
        return await hands(entry)

    await outbox.put([item(str(i)) for i in range(20)])
    courier = Courier(outbox, slowly, longest=timedelta(milliseconds=200))
    task = asyncio.create_task(courier.run())
    await wait_until(lambda: len(hands.done) == 20, "all is done, in more time than one item has")
    for pending in (task, never):
        pending.cancel()
        await asyncio.gather(pending, return_exceptions=True)
    assert [name for name, _ in hands.tried] == [str(i) for i in range(20)]


async def test_deaf_item_does_not_hold_the_end(outbox: Outbox, hands: Hands) -> None:
    deaf = Deaf(hands, times=1)
    await outbox.put([item("stuck", queue="a:1"), item("2", queue="a:2")])
    async with asyncio.timeout(3), running(outbox, deaf):
        await wait_until(lambda: hands.done == ["2"], "the other one is done")
    assert deaf.times == -1


async def test_settling_has_its_patience(outbox: Outbox, hands: Hands) -> None:
    hands.hold = {"a:1"}
    await outbox.put([item("1", queue="a:1")])
    async with running(outbox, hands) as courier:
        await wait_until(lambda: hands.held == 1, "it is under way")
        await courier.settle(timedelta(milliseconds=20))
        assert hands.done == []


async def test_idle_courier_settles_at_once(outbox: Outbox, hands: Hands) -> None:
    async with running(outbox, hands) as courier, asyncio.timeout(1):
        await courier.settle(timedelta(seconds=30))


async def test_silent_redis_stops_nothing_for_good(
    outbox: Outbox, hands: Hands, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that refuses (read-only, out of memory) is asked again, until it takes things anew."""
    await outbox.put([item("1")])
    due = b"decroche:outbox:due"
    backup = await redis.dump(due)
    assert backup is not None
    await redis.delete(due)
    await redis.set(due, "of the wrong type", ex=60)
    async with running(outbox, hands):
        await wait_until(lambda: "outbox cannot be read" in caplog.text, "it was refused")
        await redis.restore(due, 0, backup, replace=True)
        await wait_until(lambda: hands.done == ["1"], "it went on")
