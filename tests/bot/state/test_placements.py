from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.state.placements import Placements
from tests.support.turns import ROOM, placement


@pytest.fixture
def placements(redis: Redis) -> Placements:
    return Placements(redis)


async def test_card_never_sent_stands_nowhere(placements: Placements) -> None:
    assert await placements.get("D-1", "verdict") is None
    assert await placements.all("D-1") == {}
    assert await placements.slot_of("c", "a") is None


async def test_placement_is_found_both_ways(placements: Placements) -> None:
    await placements.set("D-1", "step:17", placement("a1"))
    assert await placements.get("D-1", "step:17") == placement("a1")
    assert await placements.slot_of(ROOM.id, "a1") == ("D-1", "step:17")


async def test_newer_card_takes_the_slot(placements: Placements) -> None:
    await placements.set("D-1", "triage", placement("a1"))
    await placements.set("D-1", "triage", placement("a2"))
    await placements.set("D-1", "safety", placement("a3"))
    assert await placements.all("D-1") == {"triage": placement("a2"), "safety": placement("a3")}
