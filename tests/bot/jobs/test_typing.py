from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.conversation import Conversation
from bot.errors import DeliveryError, RedisUnavailable
from bot.jobs.typing import Typing
from tests.support.rig import CHAT
from tests.support.teams import FakeTeams
from tests.support.waiting import wait_until

SOON = timedelta(milliseconds=5)


async def here() -> Conversation:
    return CHAT


async def nowhere() -> None:
    return None


async def test_long_work_shows_typing_again() -> None:
    teams = FakeTeams()
    async with Typing(teams, after=SOON, every=SOON).during(here):
        await wait_until(lambda: len(teams.typings) >= 3, "typing was shown three times")
    shown = len(teams.typings)
    await asyncio.sleep(0)
    assert set(teams.typings[:shown]) == {CHAT.id}


async def test_typing_ends_with_the_work() -> None:
    teams = FakeTeams()
    typing = Typing(teams, after=SOON, every=SOON)
    async with typing.during(here):
        await wait_until(lambda: bool(teams.typings), "typing was shown")
    await wait_until(lambda: not typing._shown, "nobody shows it any more")


async def test_short_work_shows_nothing() -> None:
    teams = FakeTeams()
    typing = Typing(teams)
    async with typing.during(here):
        await asyncio.sleep(0)
    await wait_until(lambda: not typing._shown, "it is over")
    assert teams.typings == []


async def test_nobody_waiting_sees_nothing() -> None:
    teams = FakeTeams()
    typing = Typing(teams, after=timedelta(), every=SOON)
    async with typing.during(nowhere):
        await wait_until(lambda: not typing._shown, "it gave up")
    assert teams.typings == []


@pytest.mark.parametrize("failure", [DeliveryError("blocked", 403), RedisUnavailable("away")])
async def test_failure_disturbs_no_work(failure: Exception) -> None:
    async def broken() -> None:
        raise failure

    typing = Typing(FakeTeams(), after=timedelta(), every=SOON)
    async with typing.during(broken):
        await wait_until(lambda: not typing._shown, "it gave up")


async def test_failing_work_fails_as_ever() -> None:
    typing = Typing(FakeTeams(), after=timedelta(), every=SOON)
    with pytest.raises(ValueError, match="work"):
        async with typing.during(here):
            raise ValueError("work")
    await wait_until(lambda: not typing._shown, "it ended with it")
