"""That a change was begun: the one thing to be known of a write whose process died before it could tell."""

from __future__ import annotations

from datetime import datetime

from redis.asyncio import Redis

from bot import keys
from bot.keys import Ttl
from bot.state.connection import reply


class Marks:
    """One mark for each change."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, change: str, at: datetime) -> bool:
        """Marks that it begins `at` (UTC); False when it has been begun before, by whomever."""
        name = keys.change_begun(change)
        return bool(await reply(self._redis.set(name, at.isoformat(), nx=True, ex=Ttl.change)))

    async def begun(self, change: str) -> datetime | None:
        """When it was begun; None when it never was."""
        found: bytes | None = await reply(self._redis.get(keys.change_begun(change)))
        return None if found is None else datetime.fromisoformat(found.decode())

    async def again(self, change: str, at: datetime) -> None:
        """Marks that it is begun anew, after what was begun before is known to have come to nothing."""
        await reply(self._redis.set(keys.change_begun(change), at.isoformat(), ex=Ttl.change))

    async def withdraw(self, change: str) -> None:
        """What was begun was not done, for certain."""
        await reply(self._redis.delete(keys.change_begun(change)))
