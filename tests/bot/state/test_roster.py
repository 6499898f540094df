from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.domain.people import Person
from bot.keys import Ttl
from bot.state.roster import Agent, Rights, Roster
from tests.support.rig import CHAT, RigClock

NOOR = Person(id="29:noor", name="Noor", aad="aad-noor", upn="noor@contoso.fr")
KARIM = Person(id="29:karim", name="Karim", aad="aad-karim")


@pytest.fixture
def clock() -> RigClock:
    return RigClock()


@pytest.fixture
def roster(redis: Redis, clock: RigClock) -> Roster:
    return Roster(redis, clock)


async def test_stranger_is_neither_in_nor_out(roster: Roster) -> None:
    assert await roster.known("aad-1") is None


@pytest.mark.parametrize("member", [True, False])
@pytest.mark.parametrize("approver", [True, False])
async def test_answer_is_remembered_a_while(
    redis: Redis, roster: Roster, clock: RigClock, member: bool, approver: bool
) -> None:
    await roster.learn("aad-1", member, approver=approver)
    assert await roster.known("aad-1") == Rights(helpdesk=member, approver=approver, learnt=clock.now)
    assert 0 < await redis.ttl(keys.roster("aad-1")) <= Ttl.roster.total_seconds()


async def test_later_answer_replaces_the_earlier(roster: Roster) -> None:
    await roster.learn("aad-1", True)
    await roster.learn("aad-1", False)
    assert (await rights(roster, "aad-1")).helpdesk is False


async def rights(roster: Roster, key: str) -> Rights:
    found = await roster.known(key)
    assert found is not None
    return found


async def test_list_says_who_may_do_what(roster: Roster) -> None:
    agents = (Agent(person=NOOR, helpdesk=True), Agent(person=KARIM, approver=True))
    await roster.learn_all(agents)
    assert set(await roster.agents()) == set(agents)
    assert (await rights(roster, NOOR.key)).helpdesk
    assert not (await rights(roster, NOOR.key)).approver
    assert not (await rights(roster, KARIM.key)).helpdesk
    assert (await rights(roster, KARIM.key)).approver
    assert await roster.known("aad-stranger") is None


@pytest.mark.parametrize("alone", [True, False])
async def test_quarter_of_an_hour_is_too_old(roster: Roster, clock: RigClock, alone: bool) -> None:
    if alone:
        await roster.learn(NOOR.key, True)
    else:
        await roster.learn_all((Agent(person=NOOR, helpdesk=True),))
    clock.forward(14 * 60)
    assert (await rights(roster, NOOR.key)).helpdesk
    clock.forward(60)
    assert await roster.known(NOOR.key) is None
    assert await roster.agents() == ()


async def test_whoever_leaves_the_list_is_asked_about(roster: Roster, clock: RigClock) -> None:
    await roster.learn_all((Agent(person=NOOR, helpdesk=True),))
    await roster.learn(KARIM.key, True)
    clock.forward(60)
    await roster.learn_all(())
    assert await roster.known(NOOR.key) is None
    assert await roster.known(KARIM.key) is None


async def test_no_of_a_minute_ago_still_holds(roster: Roster, clock: RigClock) -> None:
    await roster.learn("aad-1", False)
    clock.forward(60)
    await roster.learn_all((Agent(person=NOOR, helpdesk=True),))
    assert (await rights(roster, "aad-1")).helpdesk is False


async def test_later_answer_overrules_the_list(roster: Roster, clock: RigClock) -> None:
    await roster.learn_all((Agent(person=NOOR, helpdesk=True),))
    clock.forward(60)
    await roster.learn(NOOR.key, False)
    assert not (await rights(roster, NOOR.key)).helpdesk
    clock.forward(60)
    await roster.learn_all((Agent(person=NOOR, helpdesk=True),))
    assert (await rights(roster, NOOR.key)).helpdesk


async def test_one_process_has_the_turn(roster: Roster, redis: Redis) -> None:
    other = Roster(redis)
    assert await roster.take_turn(timedelta(minutes=5))
    assert not await other.take_turn(timedelta(minutes=5))
    await roster.give_turn_back()
    assert await other.take_turn(timedelta(minutes=5))


async def test_place_is_remembered_for_next_time(roster: Roster) -> None:
    assert await roster.place() is None
    await roster.remember_place(CHAT)
    assert await roster.place() == CHAT


async def test_real_clock_is_in_utc(redis: Redis) -> None:
    await Roster(redis).learn("aad-1", True)
    assert datetime.now(UTC) - (await rights(Roster(redis), "aad-1")).learnt < timedelta(minutes=1)
