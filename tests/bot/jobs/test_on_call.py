from __future__ import annotations

from redis.asyncio import Redis

from bot.domain.people import Person
from bot.jobs.on_call import MOST, OnCall
from bot.state.records import Records
from tests.support.agents import NOOR
from tests.support.rig import SAMIR


async def test_list_keeps_its_order(redis: Redis) -> None:
    on_call = OnCall(Records(redis))
    assert await on_call.people() == ()
    await on_call.add(NOOR)
    await on_call.add(SAMIR)
    await on_call.add(NOOR)
    assert await on_call.people() == (SAMIR, NOOR)
    await on_call.remove(SAMIR)
    await on_call.remove(SAMIR)
    assert await on_call.people() == (NOOR,)


async def test_list_does_not_grow_for_ever(redis: Redis) -> None:
    on_call = OnCall(Records(redis))
    for number in range(MOST + 5):
        await on_call.add(Person(id=f"29:{number}"))
    assert len(await on_call.people()) == MOST
