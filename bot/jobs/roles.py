"""Keeps the list of agents and approvers fresh, in one process at a time, so that no tap waits for Graph."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Final, Protocol

from redis.exceptions import RedisError

from bot.domain.conversation import Conversation
from bot.domain.people import Person
from bot.errors import DecrocheError, DeliveryError, DirectoryError
from bot.graph.client import GraphClient
from bot.graph.groups import members_of
from bot.graph.lookup import member_of
from bot.jobs.membership import ChannelRoster, DirectoryGroup, Members
from bot.settings import Settings
from bot.state.roster import Agent, Roster

EVERY: Final = timedelta(minutes=5)
LOOK: Final = timedelta(seconds=20)  # how often a process asks whether it is its turn

_log = logging.getLogger(__name__)


class Helpdesk(Protocol):
    """Whoever may act on cases: a group, or a channel's roster."""

    async def is_helpdesk(self, person: Person, conversation: Conversation) -> bool:
        """Asks about one; raises `DirectoryError` or `DeliveryError`."""
        ...

    async def everybody(self, conversation: Conversation | None) -> tuple[Person, ...] | None:
        """Asks about all, None when they cannot be asked about yet; raises as `is_helpdesk`."""
        ...


class Roles:
    """`Membership` of both roles; `approvers` is None where nobody may approve anything."""

    def __init__(self, helpdesk: Helpdesk, approvers: Helpdesk | None) -> None:
        self._helpdesk = helpdesk
        self._approvers = approvers

    async def is_helpdesk(self, person: Person, conversation: Conversation) -> bool:
        """Asks anew; raises `DirectoryError` or `DeliveryError`."""
        return await self._helpdesk.is_helpdesk(person, conversation)

    async def is_approver(self, person: Person) -> bool:
        """Asks anew; an approver is only ever known by the group. Raises `DirectoryError`."""
        nowhere = Conversation(id="", service_url="", kind="personal", tenant="", bot="")
        return self._approvers is not None and await self._approvers.is_helpdesk(person, nowhere)

    async def everybody(self, conversation: Conversation | None) -> tuple[Agent, ...] | None:
        """All with any right, None when they cannot be asked about yet. Raises `DirectoryError`, `DeliveryError`."""
        agents = await self._helpdesk.everybody(conversation)
        if agents is None:
            return None
        approvers = await self._approvers.everybody(conversation) if self._approvers else ()
        return _merged(agents, approvers or ())


def roles_of(settings: Settings, teams: Members, graph: GraphClient | None) -> Roles:
    """As the settings say: the helpdesk's group, else its channel's roster; approvers by their group only."""
    helpdesk, approvers = settings.helpdesk_group, settings.approver_group
    return Roles(
        _group(graph, helpdesk) if graph and helpdesk else ChannelRoster(teams, settings.helpdesk_channel),
        _group(graph, approvers) if graph and approvers else None,
    )


def _group(graph: GraphClient, group: str) -> DirectoryGroup:
    return DirectoryGroup(partial(member_of, graph), group, partial(members_of, graph))


def _merged(helpdesk: Iterable[Person], approvers: Iterable[Person]) -> tuple[Agent, ...]:
    """One line a person; a channel names its members more fully than a group does."""
    found = {person.key: Agent(person=person, helpdesk=True) for person in helpdesk}
    for person in approvers:
        known = found.get(person.key)
        who = known.person if known else person
        found[person.key] = Agent(person=who, helpdesk=known is not None, approver=True)
    return tuple(found.values())


Everybody = Callable[[Conversation | None], Awaitable[tuple[Agent, ...] | None]]


class RoleKeeper:
    """Draws up the list every five minutes; whichever process takes the turn does it for all."""

    def __init__(self, roster: Roster, everybody: Everybody, every: timedelta = EVERY) -> None:
        self._roster = roster
        self._everybody = everybody
        self._every = every

    async def refresh(self) -> bool:
        """Draws up the list if it is this process's turn; True when it did.

        A directory that does not answer leaves the old list, which is soon too old to count.
        """
        if not await self._roster.take_turn(self._every):
            return False
        try:
            agents = await self._everybody(await self._roster.place())
        except (DirectoryError, DeliveryError) as exc:
            _log.warning("nobody could say who belongs to the helpdesk: %s", exc)
            agents = None
        if agents is None:
            await self._roster.give_turn_back()
            return False
        await self._roster.learn_all(agents)
        return True

    async def follow(self, stop: asyncio.Event, look: timedelta = LOOK) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            try:
                await self.refresh()
            except (DecrocheError, RedisError) as exc:
                _log.warning("the list of agents could not be kept: %s", exc)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(look.total_seconds()):
                    await stop.wait()

    @contextlib.asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Follows meanwhile."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.follow(stop), name="roles")
        try:
            yield
        finally:
            stop.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
