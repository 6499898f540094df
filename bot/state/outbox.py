"""What must be delivered, in order, whatever dies meanwhile.

An item enters in the same script that stores the case, and leaves when its delivery is recorded.
Each queue (a conversation, or a case's jobs) is delivered strictly in order by one consumer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from bot import keys
from bot.domain.conversation import Conversation, Placement
from bot.domain.events import AnyEffect
from bot.errors import Conflict
from bot.keys import Ttl
from bot.state import placements as placing
from bot.state import records as recording
from bot.state import scripts
from bot.state.connection import reply
from bot.state.scripts import Command, Script, ms, pack, to_json

_log = logging.getLogger(__name__)


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One effect to carry out; `id` is unique for ever, `conversation` says where when `queue` cannot.

    `not_before` (UTC) keeps it, and what is behind it in its queue, until then.
    """

    id: str
    queue: str
    effect: AnyEffect
    case: str = ""
    conversation: Conversation | None = None
    not_before: datetime | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The first item of a queue.

    `attempts` counts those that failed; `sending` says that one was begun and nobody knows its end.
    """

    item: Item
    attempts: int = 0
    sending: bool = False


_decoder: Final = msgspec.json.Decoder(Item)


def packed(items: Iterable[Item]) -> list[Command]:
    """Items as the scripts take them: marker, list, queue, JSON."""
    return [
        (keys.outbox_put(item.id), keys.outbox_queue(item.queue), item.queue, to_json(item)) for item in items
    ]


class Outbox:
    """The queues; every method but `put`, `ready` and `due_in` is for the holder of the queue's lease."""

    def __init__(self, redis: Redis, lease: timedelta = Ttl.lease) -> None:
        self._redis = redis
        self._ttl = lease.total_seconds()
        self._keepers: set[asyncio.Task[None]] = set()
        self._put = Script(redis, scripts.PUT)
        self._ready = Script(redis, scripts.READY)
        self._due_in = Script(redis, scripts.DUE_IN)
        self._head = Script(redis, scripts.HEAD)
        self._begin = Script(redis, scripts.BEGIN)
        self._finish = Script(redis, scripts.FINISH)
        self._retry = Script(redis, scripts.RETRY)

    async def put(self, items: Iterable[Item]) -> None:
        """Appends items to their queues; one whose id was put within a day is ignored."""
        await self._put([keys.outbox_due()], pack(packed(items)), ms(Ttl.put), ms(Ttl.outbox))

    async def ready(self, limit: int) -> list[str]:
        """Queues with something due now, longest due first."""
        due: list[bytes] = await self._ready([keys.outbox_due()], limit)
        return [queue.decode() for queue in due]

    async def due_in(self) -> timedelta | None:
        """How long until a queue is due, None when all are empty."""
        wait: int | None = await self._due_in([keys.outbox_due()])
        return None if wait is None else timedelta(milliseconds=wait)

    @contextlib.asynccontextmanager
    async def lease(self, queue: str) -> AsyncIterator[bool]:
        """True inside when this consumer alone may deliver the queue; kept up while inside.

        A consumer that dies frees it when the lease runs out.
        """
        name = keys.outbox_lease(queue)
        lock = Lock(self._redis, name, timeout=self._ttl, blocking=False, thread_local=False)
        if not await reply(lock.acquire()):
            yield False
            return
        over = asyncio.Event()
        keeper = asyncio.create_task(_keep(lock, self._ttl / 3, over))
        self._keepers.add(keeper)
        keeper.add_done_callback(self._keepers.discard)
        try:
            yield True
        finally:
            over.set()
            await asyncio.wait([keeper])

    async def head(self, queue: str) -> Entry | None:
        """What to deliver next, None when the queue is empty."""
        found: list[bytes] = await self._head(_of(queue), queue)
        if not found:
            return None
        json, attempts, sending = found
        return Entry(item=_decoder.decode(json), attempts=int(attempts), sending=bool(sending))

    async def begin(self, queue: str, item_id: str) -> None:
        """Marks that a delivery begins, so that a crash in it is not mistaken for one never tried.

        Raises `Conflict` when another consumer has finished the item.
        """
        if not await self._begin(_of(queue)[1:], item_id, ms(Ttl.outbox)):
            raise Conflict(f"{item_id} is no longer the first of {queue}")

    async def finish(
        self,
        queue: str,
        item_id: str,
        placements: Mapping[str, Placement] | None = None,
        case: str = "",
        records: Mapping[str, dict[str, Any]] | None = None,
    ) -> bool:
        """Removes a delivered item and notes where its cards (slot → placement) stand, and `records`.

        False, and nothing is changed, when it is not the first item any more.
        """
        noted = [
            *(c for slot, placed in (placements or {}).items() for c in placing.commands(case, slot, placed)),
            *(c for name, data in (records or {}).items() for c in recording.commands(name, data)),
        ]
        return bool(await self._finish(_of(queue), item_id, queue, pack(noted)))

    async def retry(self, queue: str, item_id: str, after: timedelta) -> bool:
        """Counts an attempt that failed for certain and lets the whole queue wait.

        False, and nothing is changed, when it is not the first item any more.
        """
        return bool(await self._retry(_of(queue), item_id, queue, ms(after), ms(Ttl.outbox)))


def _of(queue: str) -> list[str]:
    return [keys.outbox_due(), keys.outbox_queue(queue), keys.outbox_head(queue)]


async def _keep(lock: Lock, every: float, over: asyncio.Event) -> None:
    """Renews the lease until it is over, then frees it, even when its holder was cancelled meanwhile.

    It is never cancelled itself: `asyncio.wait_for`, which redis-py puts around every command, swallows a
    cancellation now and then before Python 3.12 (python/cpython#86296).
    """
    while not await _comes(over, every):
        try:
            await lock.reacquire()
        except LockError:
            _log.warning("a lease was lost: %s", lock.name)
            return
        except RedisError as exc:
            _log.warning("a lease could not be renewed: %s", exc)
    with contextlib.suppress(RedisError):
        await lock.release()


async def _comes(event: asyncio.Event, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
