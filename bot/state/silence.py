"""Conversations that do not take messages any more: what is meant for them is kept until they do.

Somebody blocked the bot, or took it out of a team. Trying on would only be refused; when they write,
or install it again, everything that was kept goes out in its order.
"""

from __future__ import annotations

from redis.asyncio import Redis

from bot import keys
from bot.keys import Ttl
from bot.state.connection import reply
from bot.state.scripts import HOLD, LIFT, Script, ms


class Silences:
    """Which queues of the outbox wait for which conversation."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._hold = Script(redis, HOLD)
        self._lift = Script(redis, LIFT)

    async def hold(self, conversation: str, queue: str) -> bool:
        """Notes that a queue waits for the conversation; True when it is the first that does."""
        return bool(await self._hold([keys.silence(conversation)], queue, ms(Ttl.outbox)))

    async def silent(self, conversation: str) -> bool:
        """True while the conversation takes nothing."""
        return bool(await reply(self._redis.exists(keys.silence(conversation))))

    async def lift(self, conversation: str) -> bool:
        """Makes due what waited for the conversation; False when nothing did."""
        return bool(await self._lift([keys.silence(conversation), keys.outbox_due()]))
