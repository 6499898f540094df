from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.conversation import Conversation
from bot.domain.people import Person
from bot.errors import DecrocheError, DeliveryError, DirectoryError
from bot.graph.client import connect
from bot.jobs.membership import ChannelRoster, DirectoryGroup
from bot.jobs.roles import EVERY, RoleKeeper, Roles, roles_of
from bot.settings import Settings
from bot.state.roster import Agent, Roster
from tests.support.rig import CHANNEL, CHAT, SAMIR, Rig, tapped, thread_of
from tests.support.teams import FakeTeams
from tests.support.tenant import running_tenant
from tests.support.waiting import wait_until

NOOR = Person(id="29:noor", name="Noor", aad="aad-noor")
FROM_GROUP = replace(NOOR, id="aad-noor", name="", upn="noor@contoso.fr")


def group(*people: Person) -> DirectoryGroup:
    async def member(person: str, _group: str) -> bool:
        return any(person == known.aad for known in people)

    async def members(_group: str) -> tuple[Person, ...]:
        return people

    return DirectoryGroup(member, "g", members)


def channel(*people: Person) -> ChannelRoster:
    teams = FakeTeams()
    teams.people = people
    return ChannelRoster(teams, CHANNEL)


async def test_roles_come_from_two_sources() -> None:
    roles = Roles(channel(SAMIR), group(FROM_GROUP))
    assert await roles.is_helpdesk(SAMIR, CHAT)
    assert not await roles.is_helpdesk(NOOR, CHAT)
    assert await roles.is_approver(NOOR)
    assert not await roles.is_approver(SAMIR)
    assert await roles.everybody(CHAT) == (
        Agent(person=SAMIR, helpdesk=True),
        Agent(person=FROM_GROUP, approver=True),
    )


async def test_one_person_may_have_both_roles() -> None:
    roles = Roles(channel(NOOR), group(FROM_GROUP))
    assert await roles.everybody(CHAT) == (Agent(person=NOOR, helpdesk=True, approver=True),)


async def test_nobody_approves_without_a_group() -> None:
    roles = Roles(channel(SAMIR), None)
    assert not await roles.is_approver(SAMIR)
    assert await roles.everybody(CHAT) == (Agent(person=SAMIR, helpdesk=True),)


async def test_channel_cannot_be_asked_from_nowhere(redis: Redis) -> None:
    roles, roster = Roles(channel(SAMIR), None), Roster(redis)
    assert not await RoleKeeper(roster, roles.everybody).refresh()
    await roster.remember_place(CHAT)
    assert await RoleKeeper(roster, roles.everybody).refresh()
    assert await roster.agents() == (Agent(person=SAMIR, helpdesk=True),)


async def test_list_is_drawn_up_once_for_all(redis: Redis) -> None:
    asked: list[Conversation | None] = []

    async def everybody(place: Conversation | None) -> tuple[Agent, ...]:
        asked.append(place)
        return (Agent(person=SAMIR, helpdesk=True),)

    keepers = [RoleKeeper(Roster(redis), everybody) for _ in range(5)]
    assert sorted(await asyncio.gather(*(keeper.refresh() for keeper in keepers))) == [False] * 4 + [True]
    assert len(asked) == 1


@pytest.mark.parametrize("failure", [DirectoryError("away"), DeliveryError("away", 503)])
async def test_failure_leaves_the_old_list(redis: Redis, failure: DecrocheError) -> None:
    roster, answers = Roster(redis), [failure, None]

    async def everybody(_place: Conversation | None) -> tuple[Agent, ...]:
        if answer := answers.pop(0):
            raise answer
        return ()

    await roster.learn_all((Agent(person=SAMIR, helpdesk=True),))
    assert not await RoleKeeper(roster, everybody).refresh()
    assert len(await roster.agents()) == 1
    assert await RoleKeeper(roster, everybody).refresh()
    assert await roster.agents() == ()


async def test_list_is_kept_until_the_end(redis: Redis) -> None:
    asked: list[int] = []

    async def everybody(_place: Conversation | None) -> tuple[Agent, ...]:
        asked.append(1)
        return ()

    keeper, stop = RoleKeeper(Roster(redis), everybody, timedelta(milliseconds=1)), asyncio.Event()
    following = asyncio.create_task(keeper.follow(stop, timedelta(milliseconds=5)))
    await wait_until(lambda: len(asked) >= 3, "the list was drawn up again and again")
    stop.set()
    await following
    async with keeper.keeping():
        await wait_until(lambda: len(asked) >= 4, "the list is kept")
    assert timedelta(minutes=5) == EVERY


async def test_no_tap_waits_for_the_directory(redis: Redis) -> None:
    """Once the list stands, a tap of an agent whom nobody asked about is decided in its own turn."""
    rig = Rig(redis)
    case = await rig.report()
    await rig.roster.learn_all((Agent(person=SAMIR, helpdesk=True),))
    await rig.desk.receive(tapped("claim", "c", conversation=thread_of(case), person=SAMIR, case=case.id))
    assert (await rig.case()).owner == SAMIR
    assert not any(asked.startswith("rights") for asked in rig.fakes.asked)


async def test_first_agent_shows_where_to_ask(redis: Redis) -> None:
    rig = Rig(redis)
    case = await rig.report()
    thread = thread_of(case)
    await rig.desk.receive(tapped("claim", "c", conversation=thread, person=SAMIR, case=case.id))
    await rig.deliver()
    assert await rig.roster.place() == thread


async def test_groups_of_the_directory_are_listed(tmp_path: Path) -> None:
    async with running_tenant(tmp_path) as tenant:
        agent, approver = tenant.directory.users[0], tenant.directory.users[1]
        tenant.directory.groups |= {"g-help": "Support", "g-approve": "Approbateurs"}
        agent.groups.add("g-help")
        approver.groups |= {"g-help", "g-approve"}
        graph = connect(tenant.settings())
        groups = {"helpdesk_group": "g-help", "approver_group": "g-approve"}
        roles = roles_of(Settings(_env_file=None).model_copy(update=groups), FakeTeams(), graph)
        found = {one.person.upn: (one.helpdesk, one.approver) for one in await roles.everybody(None) or ()}
        who = Person(id="29:x", aad=approver.id)
        both = (await roles.is_helpdesk(who, CHAT), await roles.is_approver(who))
        await graph.close()
    assert found == {agent.upn: (True, False), approver.upn: (True, True)}
    assert both == (True, True)
