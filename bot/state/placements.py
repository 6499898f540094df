"""Where the cards of a case stand, so that each is updated in place instead of sent again."""

from __future__ import annotations

from typing import Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.domain.conversation import Placement
from bot.keys import Ttl
from bot.state.connection import reply
from bot.state.scripts import Command, ms, to_json

_decoder: Final = msgspec.json.Decoder(Placement)


def commands(case: str, slot: str, placement: Placement) -> list[Command]:
    """What stores a placement and its reverse."""
    ttl = ms(Ttl.case)
    back = keys.slot_of(placement.conversation.id, placement.activity)
    return [
        ("HSET", keys.case_placements(case), slot, to_json(placement)),
        ("PEXPIRE", keys.case_placements(case), ttl),
        ("SET", back, to_json((case, slot)), "PX", ttl),
    ]


class Placements:
    """Case and slot → placement, and back."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def get(self, case: str, slot: str) -> Placement | None:
        """Where the card of a slot stands, None when it was never sent."""
        stored: bytes | None = await reply(self._redis.hget(keys.case_placements(case), slot))
        return None if stored is None else _decoder.decode(stored)

    async def all(self, case: str) -> dict[str, Placement]:
        """Every slot whose card was sent."""
        stored: dict[bytes, bytes] = await reply(self._redis.hgetall(keys.case_placements(case)))
        return {slot.decode(): _decoder.decode(value) for slot, value in stored.items()}

    async def set(self, case: str, slot: str, placement: Placement) -> None:
        """Remembers where a card was sent; an older one of the slot is no longer updated."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for command in commands(case, slot, placement):
                await reply(pipe.execute_command(*command))
            await reply(pipe.execute())

    async def slot_of(self, conversation: str, activity: str) -> tuple[str, str] | None:
        """The case and slot of a card, by the conversation and activity in which it was sent."""
        stored: bytes | None = await reply(self._redis.get(keys.slot_of(conversation, activity)))
        return None if stored is None else msgspec.json.decode(stored, type=tuple[str, str])
