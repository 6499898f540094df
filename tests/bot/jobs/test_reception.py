from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.conversation import Answer
from bot.errors import DeliveryError
from bot.jobs.reception import Reception
from bot.jobs.setbacks import Setbacks
from bot.jobs.typing import Typing
from bot.state.locks import conversation_lock
from bot.state.silence import Silences
from tests.support.rig import BANNER, CHANNEL, CHAT, Rig, said, tapped
from tests.support.waiting import wait_until

TEAM = replace(CHAT, id="19:general@thread.tacv2", kind="channel")
REMOVED = said("", "r", kind="removed")


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


@pytest.fixture
def reception(rig: Rig) -> Reception:
    setbacks = Setbacks(rig.stores, rig.outbox, rig.clock)
    typing = Typing(rig.teams, after=timedelta(milliseconds=1))
    return Reception(rig.desk, rig.stores, setbacks, typing, CHANNEL, rig._wake, rig.offering)


async def test_turn_is_the_desks(rig: Rig, reception: Reception) -> None:
    assert await reception.receive(said(BANNER)) == Answer()
    await rig.deliver()
    assert rig.teams.said[0] == "safety"


async def test_long_turn_shows_typing(rig: Rig, reception: Reception, redis: Redis) -> None:
    async with conversation_lock(redis, CHAT.id):
        turn = asyncio.create_task(reception.receive(said(BANNER)))
        await wait_until(lambda: rig.teams.typings == [CHAT.id], "typing is shown")
    await turn


async def test_nothing_is_sent_after_removal(rig: Rig, reception: Reception) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    before = len(rig.teams.taken)
    assert await reception.receive(REMOVED) == Answer()
    await rig.desk.receive(said("toujours rien", "3"))
    await rig.deliver()
    new = [sent.what for sent in rig.teams.taken[before:] if sent.how != "update"]
    assert new[0] == "say.employee_unreachable Anne Martin"
    assert rig.teams.to(CHAT.id)[-1] != "say.passed_on"
    await reception.receive(said("", "4", kind="installed"))
    await rig.deliver()
    assert "say.passed_on" in rig.teams.to(CHAT.id)
    assert await rig.queued() == {}


async def test_removal_without_case_is_quiet(rig: Rig, reception: Reception) -> None:
    await reception.receive(REMOVED)
    await reception.receive(REMOVED)
    await rig.deliver()
    assert rig.teams.tries == 0


@pytest.mark.parametrize(
    "back", [said("me revoilà", "3"), tapped("status", "3"), said("", "3", kind="installed")]
)
async def test_any_sign_lifts_the_silence(rig: Rig, reception: Reception, back: object) -> None:
    assert isinstance(back, type(REMOVED))
    await rig.desk.receive(said(BANNER))
    rig.teams.refused[CHAT.id] = DeliveryError("no", 403, code="ConversationBlockedByUser")
    await rig.deliver()
    assert rig.teams.said == []
    rig.teams.refused.clear()
    await reception.receive(back)
    await rig.deliver()
    assert rig.teams.said[0] == "safety"
    assert not await Silences(rig.redis).silent(CHAT.id)


async def test_installation_in_team_frees_the_channel(rig: Rig, reception: Reception) -> None:
    rig.teams.refused[CHANNEL] = DeliveryError("no", 403, code="BotNotInConversationRoster")
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    assert "triage" not in rig.teams.said
    rig.teams.refused.clear()
    woken = rig.woken
    await reception.receive(said("", "9", kind="installed", conversation=TEAM))
    assert rig.woken == woken + 1
    await rig.deliver()
    assert "triage" in rig.teams.said
