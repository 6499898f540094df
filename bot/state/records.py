"""JSON records with ETags: what a conversation remembers besides its case.

The ETag lets two turns on one conversation notice each other, where the SDK's own storages let the
later one win silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from secrets import token_hex
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.errors import Conflict
from bot.keys import Ttl
from bot.state import scripts
from bot.state.connection import reply
from bot.state.scripts import Command, Script, ms, to_json

ANY: Final = "*"


class Record(msgspec.Struct, frozen=True):
    """What was stored, and its version."""

    etag: str
    data: dict[str, Any]


Change = tuple[dict[str, Any], str | None]
"""New data, and the ETag that must still hold (None or `*`: any, or none at all)."""


def new_etag() -> str:
    """A version that no record ever had."""
    return token_hex(8)


def commands(name: str, data: dict[str, Any]) -> list[Command]:
    """What writes a record whatever it was."""
    where = keys.record(name)
    return [
        ("HSET", where, "etag", new_etag(), "data", to_json(data)),
        ("PEXPIRE", where, ms(Ttl.record)),
    ]


class Records:
    """Records by name."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._write = Script(redis, scripts.WRITE_RECORDS)

    async def read(self, names: Iterable[str]) -> dict[str, Record]:
        """Those of the records that exist."""
        wanted = list(names)
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in wanted:
                pipe.hmget(keys.record(name), ["etag", "data"])
            found: list[list[bytes | None]] = await reply(pipe.execute())
        return {
            name: Record(etag=etag.decode(), data=msgspec.json.decode(data, type=dict[str, Any]))
            for name, (etag, data) in zip(wanted, found, strict=True)
            if etag is not None and data is not None
        }

    async def write(self, changes: Mapping[str, Change]) -> dict[str, str]:
        """Writes all or nothing and returns the new ETags.

        Raises `Conflict` when a record has another ETag than expected, or is gone.
        """
        if not changes:
            return {}
        etags = {name: new_etag() for name in changes}
        values = [
            value
            for name, (data, expected) in changes.items()
            for value in (etags[name], expected or ANY, to_json(data))
        ]
        refused: bytes = await self._write([keys.record(name) for name in changes], ms(Ttl.record), *values)
        if refused:
            raise Conflict(f"{refused.decode()} was changed by somebody else")
        return etags

    async def delete(self, names: Iterable[str]) -> None:
        """Forgets records; one that does not exist is no error."""
        wanted = [keys.record(name) for name in names]
        if wanted:
            await reply(self._redis.delete(*wanted))
