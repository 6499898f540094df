"""How often something may be done, by all processes together: one list of the latest starts for each key.

Teams counts what a bot sends to a conversation, not what each of its processes sends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.state.scripts import BOOK, Script, ms

SERVER_TIME: Final = -1


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a turn was booked, and how many seconds away it is."""

    granted: bool
    wait_s: float


class Rates:
    """Books turns; times are the server's, unless `clock` gives them (seconds)."""

    def __init__(self, redis: Redis, clock: Callable[[], float] | None = None) -> None:
        self._book = Script(redis, BOOK)
        self._clock = clock

    async def book(self, name: str, windows: Sequence[tuple[int, float]], patience_s: float) -> Booking:
        """The next turn under `name` that keeps no window (count, seconds) over its count.

        One that is more than `patience_s` away is not booked. Raises `RedisUnavailable`.
        """
        now = SERVER_TIME if self._clock is None else round(self._clock() * 1000)
        longest = timedelta(seconds=max(seconds for _, seconds in windows) + patience_s)
        most = max(count for count, _ in windows)
        flat = [value for count, seconds in windows for value in (count, round(seconds * 1000))]
        granted, wait = await self._book(
            [keys.rate(name)], now, round(patience_s * 1000), ms(longest), most, *flat
        )
        return Booking(granted=bool(granted), wait_s=wait / 1000)
