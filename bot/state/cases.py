"""Cases: their ledgers, and the one script by which a turn changes anything.

A turn is stored whole or not at all: the ledger, the mark that its activity was handled, what must
be delivered, and the conversation's records. So a crash, a second delivery or a second process
never leaves half a turn behind.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.domain.case import Case, decode_entry, encode_entry
from bot.domain.conversation import Placement
from bot.errors import Conflict, NoSuchCase
from bot.keys import Ttl
from bot.state import placements, records, scripts
from bot.state.connection import reply
from bot.state.outbox import Item, packed
from bot.state.scripts import Command, Script, ms, pack

FIRST: Final = 1000
REMEMBERED: Final = 50  # cases of one person
RECENT: Final = 10


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """All that one turn changes.

    `conversation` and `activity` together mark an activity as handled, with `reply` as its answer.
    `was` is the length of the ledger that was read. `records` are written whatever they were.
    `placements` are slots of the case whose card turned out to stand somewhere.
    `person_key` is whose open case this is; by default the person who opened it.
    """

    conversation: str = ""
    activity: str = ""
    reply: bytes = b""
    case: Case | None = None
    was: int = 0
    outbox: tuple[Item, ...] = ()
    records: dict[str, dict[str, Any]] = {}
    placements: dict[str, Placement] = {}
    person_key: str = ""


_REFUSALS: Final = {
    b"seen": "this activity was handled before",
    b"version": "the case was changed since it was read",
    b"person": "the person has another open case",
}


class CaseStore:
    """Every case, by id."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._commit = Script(redis, scripts.COMMIT)

    async def new_id(self) -> str:
        """An id never given before, such as `D-1001`."""
        number: int = await reply(self._redis.incr(keys.case_counter()))
        return f"D-{FIRST + number}"

    async def load(self, case_id: str) -> Case:
        """The case; raises `NoSuchCase`."""
        case = await self.load_or_none(case_id)
        if case is None:
            raise NoSuchCase(f"there is no case {case_id}")
        return case

    async def load_or_none(self, case_id: str) -> Case | None:
        """The case, None when there is none of that id."""
        lines: list[bytes] = await reply(self._redis.lrange(keys.case_ledger(case_id), 0, -1))
        return Case(id=case_id, ledger=tuple(map(decode_entry, lines))) if lines else None

    async def open_of(self, person_key: str) -> str | None:
        """The id of a person's open case."""
        found: bytes | None = await reply(self._redis.get(keys.person_case(person_key)))
        return None if found is None else found.decode()

    async def of_person(self, person_key: str, limit: int = RECENT) -> tuple[Case, ...]:
        """A person's cases, open and closed, the one opened last first."""
        ids: list[bytes] = await reply(
            self._redis.zrange(keys.person_cases(person_key), 0, limit - 1, desc=True)
        )
        if not ids:
            return ()
        async with self._redis.pipeline(transaction=False) as pipe:
            for case_id in ids:
                pipe.lrange(keys.case_ledger(case_id.decode()), 0, -1)
            found: list[list[bytes]] = await reply(pipe.execute())
        return tuple(
            Case(id=case_id.decode(), ledger=tuple(map(decode_entry, lines)))
            for case_id, lines in zip(ids, found, strict=True)
            if lines
        )

    async def open_cases(self) -> list[str]:
        """Ids of all open cases, the longest untouched first."""
        found: list[bytes] = await reply(self._redis.zrange(keys.open_cases(), 0, -1))
        return [case_id.decode() for case_id in found]

    async def seen(self, conversation: str, activity: str) -> bytes | None:
        """What an activity was answered, None when it was not handled yet."""
        answer: bytes | None = await reply(self._redis.get(keys.seen(conversation, activity)))
        return answer

    async def commit(self, turn: Turn) -> None:
        """Stores a turn.

        Raises `Conflict`, with nothing changed, when the activity was handled before, the case has
        changed since it was read, or a new case is for a person who has an open one.
        Raises `RedisUnavailable`; the turn may then have been stored, and may be committed again after a
        look at `seen` or the case.
        """
        refusal: bytes = await self._commit([keys.outbox_due()], pack(_plan(turn)), turn.reply)
        if refusal:
            raise Conflict(_REFUSALS[refusal])


def _plan(turn: Turn) -> dict[str, Any]:
    """The turn as the script takes it: what must hold, then plain Redis commands."""
    marks = bool(turn.conversation and turn.activity)
    plan: dict[str, Any] = {
        "token": keys.commit(token_hex(8)),
        "seen": keys.seen(turn.conversation, turn.activity) if marks else None,
        "commands": _records(turn),
        "items": packed(turn.outbox),
        "ttl_token": ms(Ttl.commit),
        "ttl_seen": ms(Ttl.seen),
        "ttl_case": ms(Ttl.case),
        "ttl_put": ms(Ttl.put),
        "ttl_queue": ms(Ttl.outbox),
    }
    if turn.case is not None:
        plan |= _case_plan(turn.case, turn.person_key)
        commands = plan["commands"] + _append(turn.case, turn.was) + _placed(turn.case, turn.placements)
        commands += _listed(turn.case, turn.was, turn.person_key)
        plan |= {"was": turn.was, "commands": commands, "enters": _enters(turn.case, turn.was)}
    return plan


def _enters(case: Case, was: int) -> bool:
    """True when the turn makes the case its person's open one: it is new, or was closed."""
    return not case.closed and (was == 0 or Case(id=case.id, ledger=case.ledger[:was]).closed)


def _case_plan(case: Case, person_key: str) -> dict[str, Any]:
    return {
        "case": case.id,
        "ledger": keys.case_ledger(case.id),
        "closed": case.closed,
        "open": keys.open_cases(),
        "person": keys.person_case(person_key or case.opened.person.key),
    }


def _append(case: Case, was: int) -> list[Command]:
    """The new entries, and another 400 days for all that belongs to the case."""
    ledger = keys.case_ledger(case.id)
    lines = tuple(encode_entry(entry).decode() for entry in case.ledger[was:])
    pushed: list[Command] = [("RPUSH", ledger, *lines)] if lines else []
    closed: list[Command] = [("ZREM", keys.open_cases(), case.id)] if case.closed else []
    kept = (ledger, keys.case_placements(case.id))
    return [*pushed, *closed, *(("PEXPIRE", name, ms(Ttl.case)) for name in kept)]


def _listed(case: Case, was: int, person_key: str) -> list[Command]:
    """The case among those of its person, of which the oldest are forgotten."""
    mine = keys.person_cases(person_key or case.opened.person.key)
    opened = round(case.opened.at.timestamp() * 1000)
    new: list[Command] = [("ZADD", mine, opened, case.id), ("ZREMRANGEBYRANK", mine, 0, -REMEMBERED - 1)]
    return [*([] if was else new), ("PEXPIRE", mine, ms(Ttl.case))]


def _placed(case: Case, found: dict[str, Placement]) -> list[Command]:
    return [c for slot, placement in found.items() for c in placements.commands(case.id, slot, placement)]


def _records(turn: Turn) -> list[Command]:
    return [command for name, data in turn.records.items() for command in records.commands(name, data)]
