"""Who looked whom up, and why: every look at a person's account leaves a line that nobody edits."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.domain.people import Person
from bot.keys import Ttl
from bot.state.connection import reply
from bot.state.scripts import to_json

LENGTH: Final = 100_000  # lines; older ones make room

What = Literal["account", "refused"]


class AuditLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`by` looked `about` up at `at` (UTC), for a case or for the reason `why`; `refused`: they tried to, in vain."""

    at: datetime
    what: What
    by: str
    by_name: str = ""
    about: str
    case: str = ""
    why: str = ""


_line: Final = msgspec.json.Decoder(AuditLine)


class Audit:
    """The trail, newest last."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(self, line: AuditLine) -> None:
        """Adds a line; raises `RedisUnavailable`, and what it is about must then not be done."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.xadd(keys.audit(), {"line": to_json(line)}, maxlen=LENGTH, approximate=True)
            pipe.pexpire(keys.audit(), Ttl.audit)
            await reply(pipe.execute())

    async def lines(self, limit: int, about: str = "") -> list[AuditLine]:
        """The newest lines, oldest of them first; only those about (or by) one person, if named."""
        found: list[tuple[bytes, dict[bytes, bytes]]] = await reply(
            self._redis.xrevrange(keys.audit(), count=limit if not about else LENGTH)
        )
        read = (_line.decode(fields[b"line"]) for _, fields in found)
        wanted = about.casefold()
        kept = [line for line in read if not wanted or wanted in {line.about.casefold(), line.by.casefold()}]
        return kept[:limit][::-1]


def name_of(person: Person) -> str:
    """What the trail calls somebody who is looked up: the name to sign in with, else the Entra object id."""
    return person.upn or person.key
