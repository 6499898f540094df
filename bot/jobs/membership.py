"""Who belongs to the helpdesk: a group of the directory, or else the roster of the helpdesk's channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from bot.domain.conversation import Conversation
from bot.domain.people import Person


class Members(Protocol):
    """Lists the people of a conversation."""

    async def members(self, conversation: Conversation) -> tuple[Person, ...]:
        """Everybody in it; raises `DeliveryError`."""
        ...


class ChannelRoster:
    """The helpdesk is whoever is a member of its channel's team."""

    def __init__(self, teams: Members, channel: str | None) -> None:
        self._teams = teams
        self._channel = channel

    async def is_helpdesk(self, person: Person, conversation: Conversation) -> bool:
        """Asks Teams; False when no channel is set. Raises `DeliveryError`."""
        if self._channel is None:
            return False
        return any(_same(person, member) for member in await self.everybody(conversation) or ())

    async def everybody(self, conversation: Conversation | None) -> tuple[Person, ...] | None:
        """All members; None until a conversation of the tenant has shown where Teams can be asked. Raises `DeliveryError`."""
        if self._channel is None:
            return ()
        if conversation is None:
            return None
        place = msgspec.structs.replace(conversation, id=self._channel, kind="channel")
        return await self._teams.members(place)


def _same(one: Person, other: Person) -> bool:
    return one.id == other.id or (one.aad is not None and one.aad == other.aad)


class DirectoryGroup:
    """The helpdesk is a group of the directory, nested groups included."""

    def __init__(
        self,
        member_of: Callable[[str, str], Awaitable[bool]],
        group: str,
        members_of: Callable[[str], Awaitable[tuple[Person, ...]]] | None = None,
    ) -> None:
        self._member_of = member_of
        self._members_of = members_of
        self._group = group

    async def is_helpdesk(self, person: Person, conversation: Conversation) -> bool:
        """Asks the directory; False for somebody whom Teams gives no object id for. Raises `DirectoryError`."""
        return person.aad is not None and await self._member_of(person.aad, self._group)

    async def everybody(self, conversation: Conversation | None) -> tuple[Person, ...] | None:
        """All members, nested groups included; None where the directory cannot list them. Raises `DirectoryError`."""
        return await self._members_of(self._group) if self._members_of is not None else None
