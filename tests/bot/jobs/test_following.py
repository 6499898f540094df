"""What comes with a commit by itself: the thread's lines, the clock, a mention, copies of the card."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.domain.events import Wake
from bot.jobs.asking import copy_slot
from tests.support.agents import NOOR, POST, PRIVATE, desk, handed_over, order
from tests.support.rig import SAMIR, Rig


@pytest.fixture
async def rig(redis: Redis) -> Rig:
    return await desk(redis)


async def test_whoever_is_on_call_is_mentioned_once(rig: Rig) -> None:
    await rig.asked.on_call.add(NOOR)
    _, thread = await handed_over(rig)
    called = [sent for sent in rig.teams.taken if sent.message.mentions]
    assert [(sent.conversation, sent.message.mentions) for sent in called] == [(thread.id, (NOOR,))]
    await order(rig, "escalader", thread)
    assert len([sent for sent in rig.teams.taken if sent.message.mentions]) == 1


async def test_nobody_on_call_means_no_message(rig: Rig) -> None:
    _, thread = await handed_over(rig)
    assert not any("trail.on_call" in text for text in rig.teams.to(thread.id))


async def test_milestones_are_lines_of_the_thread(rig: Rig) -> None:
    _, thread = await handed_over(rig)
    await order(rig, "je prends", thread)
    await order(rig, "je prends", thread)
    await order(rig, "attribuer à Noor", thread)
    lines = [text for text in rig.teams.to(thread.id) if text.startswith("trail.")]
    assert lines == [f"trail.claimed {SAMIR.name}", f"trail.assigned {SAMIR.name} {NOOR.name}"]


async def test_clock_begins_with_the_thread(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    entry = await rig.outbox.head(f"wake:{case.id}:due:normal")
    assert entry is not None
    assert isinstance(entry.item.effect, Wake)


async def test_copies_follow_the_case(rig: Rig) -> None:
    case, thread = await handed_over(rig)
    for place in (POST, PRIVATE):
        await order(rig, case.id, place)
    before = len(rig.teams.updates())
    await order(rig, "priorité haute", thread)
    updated = {sent.what for sent in rig.teams.taken if sent.how == "update"}
    assert {copy_slot(POST.id), copy_slot(PRIVATE.id)} <= updated
    assert len(rig.teams.updates()) > before
