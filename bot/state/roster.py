"""Who may act on cases and who may approve changes, remembered so that no tap waits for Graph or Teams.

Two memories: the list that a job draws up every few minutes, and what was found out about one person in
between. The later one counts; what is older than a quarter of an hour counts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.domain.conversation import Conversation
from bot.domain.people import Person
from bot.keys import Ttl
from bot.state.connection import reply
from bot.state.scripts import ms, to_json

_LEARNT: Final = ""  # the field of the list that says when it was drawn up; nobody has an empty key


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may do: act on cases, approve changes; `learnt` (UTC) is when that was found out."""

    helpdesk: bool
    approver: bool = False
    learnt: datetime


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with rights, as the directory or the channel names them."""

    person: Person
    helpdesk: bool = False
    approver: bool = False


_rights: Final = msgspec.json.Decoder(Rights)
_agent: Final = msgspec.json.Decoder(Agent)
_place: Final = msgspec.json.Decoder(Conversation)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Roster:
    """What was last learnt about everybody; `clock` tells how old that is."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime] = _utc_now) -> None:
        self._redis = redis
        self._clock = clock

    async def known(self, person_key: str) -> Rights | None:
        """A person's rights; None when nobody knows, or what was known is too old.

        Somebody who was helpdesk and is not in a later list is asked about anew.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(keys.roster(person_key))
            pipe.hmget(keys.agents(), [_LEARNT, person_key])
            alone, (drawn_up, line) = await reply(pipe.execute())
        own = self._fresh(_rights.decode(alone) if alone else None)
        learnt = datetime.fromisoformat(drawn_up.decode()) if drawn_up else None
        if learnt is None or (own is not None and own.learnt > learnt):
            return own
        if line is None:
            return None if own is not None and (own.helpdesk or own.approver) else own
        agent = _agent.decode(line)
        return self._fresh(Rights(helpdesk=agent.helpdesk, approver=agent.approver, learnt=learnt))

    async def learn(self, person_key: str, helpdesk: bool, *, approver: bool = False) -> None:
        """Remembers what Graph or the channel's member list says of one person."""
        rights = Rights(helpdesk=helpdesk, approver=approver, learnt=self._clock())
        await reply(self._redis.set(keys.roster(person_key), to_json(rights), ex=Ttl.roster))

    async def learn_all(self, agents: Sequence[Agent]) -> None:
        """Replaces the list of everybody who has any right."""
        lines: dict[Any, Any] = {agent.person.key: to_json(agent) for agent in agents}
        lines[_LEARNT] = self._clock().isoformat()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(keys.agents())
            pipe.hset(keys.agents(), mapping=lines)
            pipe.pexpire(keys.agents(), ms(Ttl.roster))
            await reply(pipe.execute())

    async def agents(self) -> tuple[Agent, ...]:
        """Everybody who has any right, as last listed; empty when that is too long ago."""
        found: dict[bytes, bytes] = await reply(self._redis.hgetall(keys.agents()))
        learnt = found.pop(_LEARNT.encode(), None)
        if learnt is None or self._old(datetime.fromisoformat(learnt.decode())):
            return ()
        return tuple(map(_agent.decode, found.values()))

    async def take_turn(self, every: timedelta) -> bool:
        """True for one process in each period `every`: that one draws up the list."""
        return bool(await reply(self._redis.set(keys.agents_turn(), "1", nx=True, px=ms(every))))

    async def give_turn_back(self) -> None:
        """After a list that could not be drawn up, anybody may try again."""
        await reply(self._redis.delete(keys.agents_turn()))

    async def remember_place(self, place: Conversation) -> None:
        """Remembers a conversation of the tenant, by which its channels can be asked for their members."""
        await reply(self._redis.set(keys.agents_place(), to_json(place), ex=Ttl.record))

    async def place(self) -> Conversation | None:
        """A conversation of the tenant, None when nobody of the helpdesk was ever heard."""
        found: bytes | None = await reply(self._redis.get(keys.agents_place()))
        return None if found is None else _place.decode(found)

    def _fresh(self, rights: Rights | None) -> Rights | None:
        return None if rights is None or self._old(rights.learnt) else rights

    def _old(self, learnt: datetime) -> bool:
        return self._clock() - learnt >= Ttl.roster


_SELF: Final = frozenset({"me", "moi", "myself"})


def agent_named(agents: Sequence[Agent], words: str, me: Person | None = None) -> Person | None:
    """The agent of that object id, address or name (or the only one whose name begins so); None for anybody else.

    `me` is whom « moi » means.
    """
    said = words.strip().lstrip("@").casefold()
    if me is not None and said in _SELF:
        return me
    people = [agent.person for agent in agents if agent.helpdesk]
    exact = [
        one
        for one in people
        if said and said in {one.key.casefold(), one.id.casefold(), (one.upn or "").casefold()}
    ]
    named = exact or [one for one in people if said and one.name.casefold() == said]
    begun = named or [one for one in people if said and one.name.casefold().startswith(said)]
    return begun[0] if len(begun) == 1 else None
