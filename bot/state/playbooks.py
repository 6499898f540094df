"""Versions of the playbook: each process leaves the one it starts with, for those that come after it.

So a case goes on by the priors and texts with which it was opened, though the files have changed meanwhile.
"""

from __future__ import annotations

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.domain.case import Opened, decode_entry
from bot.keys import Ttl
from bot.state.connection import reply


class Playbooks:
    """Packed playbooks by version."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, version: str, data: bytes) -> None:
        """Stores a version, or keeps it for longer."""
        await reply(self._redis.set(keys.playbook(version), data, ex=Ttl.playbook))

    async def in_use(self) -> dict[str, bytes]:
        """The versions with which cases were opened that are still open, empty where one is lost; kept for longer by this."""
        versions = await self._versions()
        async with self._redis.pipeline(transaction=False) as pipe:
            for version in versions:
                pipe.getex(keys.playbook(version), ex=Ttl.playbook)
            found: list[bytes | None] = await reply(pipe.execute())
        return {version: data or b"" for version, data in zip(versions, found, strict=True)}

    async def _versions(self) -> list[str]:
        cases: list[bytes] = await reply(self._redis.zrange(keys.open_cases(), 0, -1))
        async with self._redis.pipeline(transaction=False) as pipe:
            for case in cases:
                pipe.lindex(keys.case_ledger(case.decode()), 0)
            first: list[bytes | None] = await reply(pipe.execute())
        return sorted({_version(line) for line in first if line is not None} - {""})


def _version(line: bytes) -> str:
    try:
        entry = decode_entry(line)
    except msgspec.DecodeError:
        return ""
    return entry.playbook if isinstance(entry, Opened) else ""
