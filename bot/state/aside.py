"""Messages that Teams refused for good: out of everybody's way, but not lost.

An operator looks at them with `decroche outbox`, mends what was wrong, and sends them again.
"""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.keys import Ttl
from bot.state.connection import reply
from bot.state.outbox import Item, Outbox
from bot.state.scripts import ms, to_json

MOST: Final = 1000


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """An item that was set aside, when, and why in words for the operator."""

    item: Item
    at: datetime
    why: str


_decoder: Final = msgspec.json.Decoder(Refused)


class Aside:
    """The newest thousand refused messages, oldest first."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def put(self, refused: Refused) -> None:
        """Keeps one; the oldest gives way when there are too many."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(keys.outbox_aside(), to_json(refused))
            pipe.ltrim(keys.outbox_aside(), -MOST, -1)
            pipe.pexpire(keys.outbox_aside(), ms(Ttl.aside))
            await reply(pipe.execute())

    async def all(self) -> list[Refused]:
        """What was set aside."""
        lines: list[bytes] = await reply(self._redis.lrange(keys.outbox_aside(), 0, -1))
        return [_decoder.decode(line) for line in lines]

    async def again(self, outbox: Outbox) -> int:
        """Puts everything back into its queue, as new items; gives how many there were."""
        count = 0
        while (line := await reply(self._redis.lindex(keys.outbox_aside(), 0))) is not None:
            item = _decoder.decode(line).item
            anew = msgspec.structs.replace(item, id=f"{item.id}+{token_hex(4)}", not_before=None)
            await outbox.put([anew])
            await reply(self._redis.lrem(keys.outbox_aside(), 1, line))
            count += 1
        return count
