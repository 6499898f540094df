"""Who is helpdesk, remembered for a quarter of an hour so that a tap does not wait for Graph."""

from __future__ import annotations

from redis.asyncio import Redis

from bot import keys
from bot.keys import Ttl
from bot.state.connection import reply


class Roster:
    """What was last learnt about each person."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def known(self, person_key: str) -> bool | None:
        """Whether the person is helpdesk; None when nobody knows, or what was known is too old."""
        member: bytes | None = await reply(self._redis.get(keys.roster(person_key)))
        return None if member is None else member == b"1"

    async def learn(self, person_key: str, member: bool) -> None:
        """Remembers an answer of Graph or of the channel's member list."""
        await reply(self._redis.set(keys.roster(person_key), "1" if member else "0", ex=Ttl.roster))
