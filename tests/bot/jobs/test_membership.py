from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.conversation import Conversation
from bot.domain.people import Person
from bot.errors import DeliveryError, DirectoryError
from bot.jobs.membership import ChannelRoster, DirectoryGroup
from tests.support.rig import CHANNEL, CHAT, SAMIR

GUEST = Person(id="29:guest")


class Team:
    """The members of one team; notes whose list was asked for."""

    def __init__(self, *people: Person) -> None:
        self.people = people
        self.asked: list[Conversation] = []

    async def members(self, conversation: Conversation) -> tuple[Person, ...]:
        self.asked.append(conversation)
        return self.people


async def test_member_of_the_channel_is_helpdesk() -> None:
    team = Team(GUEST, SAMIR)
    assert await ChannelRoster(team, CHANNEL).is_helpdesk(SAMIR, CHAT)
    assert not await ChannelRoster(Team(GUEST), CHANNEL).is_helpdesk(SAMIR, CHAT)


async def test_list_of_the_channel_is_asked_for() -> None:
    team = Team()
    thread = replace(CHAT, id=f"{CHANNEL};messageid=1", service_url="https://smba.test/fr/")
    await ChannelRoster(team, CHANNEL).is_helpdesk(SAMIR, thread)
    assert [(place.id, place.kind, place.service_url) for place in team.asked] == [
        (CHANNEL, "channel", "https://smba.test/fr/")
    ]


@pytest.mark.parametrize(
    ("member", "same"),
    [
        (Person(id="29:other", aad=SAMIR.aad), True),
        (Person(id=SAMIR.id), True),
        (Person(id="29:other", aad="other"), False),
        (Person(id="29:other"), False),
    ],
)
async def test_person_is_known_by_either_id(member: Person, same: bool) -> None:
    assert await ChannelRoster(Team(member), CHANNEL).is_helpdesk(SAMIR, CHAT) is same


async def test_two_without_object_id_are_not_one() -> None:
    assert not await ChannelRoster(Team(Person(id="29:x")), CHANNEL).is_helpdesk(GUEST, CHAT)


async def test_no_channel_has_no_helpdesk() -> None:
    team = Team(SAMIR)
    assert not await ChannelRoster(team, None).is_helpdesk(SAMIR, CHAT)
    assert team.asked == []


async def test_silent_teams_is_no_answer() -> None:
    class Silent:
        async def members(self, conversation: Conversation) -> tuple[Person, ...]:
            raise DeliveryError("no connection")

    with pytest.raises(DeliveryError):
        await ChannelRoster(Silent(), CHANNEL).is_helpdesk(SAMIR, CHAT)


async def test_member_of_the_group_is_helpdesk() -> None:
    async def member(person: str, group: str) -> bool:
        return (person, group) == (SAMIR.aad, "helpdesk")

    assert await DirectoryGroup(member, "helpdesk").is_helpdesk(SAMIR, CHAT)
    assert not await DirectoryGroup(member, "others").is_helpdesk(SAMIR, CHAT)


async def test_person_without_object_id_is_in_no_group() -> None:
    async def member(person: str, group: str) -> bool:
        raise AssertionError(person, group)

    assert not await DirectoryGroup(member, "helpdesk").is_helpdesk(GUEST, CHAT)


async def test_silent_directory_is_no_answer() -> None:
    async def member(person: str, group: str) -> bool:
        raise DirectoryError("no connection")

    with pytest.raises(DirectoryError):
        await DirectoryGroup(member, "helpdesk").is_helpdesk(SAMIR, CHAT)


async def test_members_are_listed_by_either_source() -> None:
    async def member(person: str, group: str) -> bool:
        raise AssertionError(person, group)

    async def members(group: str) -> tuple[Person, ...]:
        return (SAMIR,) if group == "helpdesk" else ()

    assert await ChannelRoster(Team(GUEST, SAMIR), CHANNEL).everybody(CHAT) == (GUEST, SAMIR)
    assert await ChannelRoster(Team(GUEST), CHANNEL).everybody(None) is None
    assert await ChannelRoster(Team(GUEST), None).everybody(None) == ()
    assert await DirectoryGroup(member, "helpdesk", members).everybody(None) == (SAMIR,)
    assert await DirectoryGroup(member, "helpdesk").everybody(None) is None
