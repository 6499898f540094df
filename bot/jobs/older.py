"""Playbooks of yesterday: the versions with which cases were opened that are still open.

A process leaves its own version for those that come after it, and takes up what others have left, so
that a case goes on by the priors and texts with which it was opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis

from bot.diagnosis.kept import pack, unpack
from bot.diagnosis.playbook import Playbook
from bot.errors import RedisUnavailable
from bot.state.playbooks import Playbooks

EVERY: Final = timedelta(minutes=1)
RETRY: Final = timedelta(seconds=2)

_log = logging.getLogger(__name__)


class OlderPlaybooks:
    """What `Rules.older` holds; `found` is filled as soon as Redis can be reached, and kept fresh."""

    def __init__(self, today: Playbook, redis: Redis) -> None:
        self._today = today
        self._store = Playbooks(redis)
        self.found: dict[str, Playbook] = {}

    async def load(self) -> None:
        """Leaves today's version and takes up the others. Raises `RedisUnavailable`.

        A version that is lost, or that this code cannot read, is left out: today's then judges, and the case says so.
        """
        await self._store.keep(self._today.version, pack(self._today))
        for version, data in (await self._store.in_use()).items():
            if version in self.found or version == self._today.version:
                continue
            kept = unpack(data)
            if kept is None:
                _log.warning("playbook %s of open cases cannot be used; today's judges them", version)
            else:
                self.found[version] = kept

    async def follow(self, stop: asyncio.Event, wait: timedelta = timedelta()) -> None:
        """Loads now and again until told to stop; a Redis that is away is asked again soon.

        An event and no cancellation: before Python 3.12 redis-py can swallow one (python/cpython#86296).
        """
        while not await _stopped(stop, wait):
            try:
                await self.load()
            except RedisUnavailable:
                wait = RETRY
            else:
                wait = EVERY


async def _stopped(stop: asyncio.Event, wait: timedelta) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), wait.total_seconds())
    return stop.is_set()
