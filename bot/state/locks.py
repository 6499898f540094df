"""One turn at a time in a conversation, across processes.

Only courtesy: it spares two quick messages the work of a conflict. What keeps state right is the
version check of `CaseStore.commit`, which also holds when a lock expires under a slow turn.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from bot import keys
from bot.errors import StateError
from bot.keys import Ttl
from bot.state.connection import reply

WAIT: Final = timedelta(seconds=8)
"""Teams gives a turn up after 15 s."""
POLL: Final = timedelta(milliseconds=10)

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def conversation_lock(
    redis: Redis, conversation_id: str, wait: timedelta = WAIT
) -> AsyncIterator[None]:
    """Holds the conversation while inside, for `Ttl.conversation` at most.

    Raises `StateError` when it does not become free within `wait`.
    """
    lock = Lock(
        redis,
        keys.conversation_lock(conversation_id),
        timeout=Ttl.conversation.total_seconds(),
        sleep=POLL.total_seconds(),
        blocking_timeout=wait.total_seconds(),
        thread_local=False,
    )
    if not await reply(lock.acquire()):
        raise StateError(f"conversation {conversation_id} is still busy after {wait.total_seconds():.0f} s")
    try:
        yield
    finally:
        await _release(lock)


async def _release(lock: Lock) -> None:
    try:
        await lock.release()
    except LockError:
        _log.warning("a turn took longer than its lock: %s", lock.name)
    except RedisError as exc:
        _log.warning("a lock is left to expire: %s", exc)
