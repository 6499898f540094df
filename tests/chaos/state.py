"""What the bot has stored, read from outside without keeping its server alive."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot import keys
from bot.domain.case import Bundled, Case, Stage
from bot.domain.conversation import Placement
from bot.errors import StateError
from bot.jobs.items import LATER
from bot.state.cases import CaseStore
from bot.state.connection import reply
from bot.state.folders import places
from bot.state.outbox import Item
from bot.state.placements import Placements

TIMED: Final = ("expire:", "wake:")


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All cases, what waits in the outbox, and which items were being sent."""

    cases: tuple[Case, ...] = ()
    waiting: tuple[Item, ...] = ()
    sending: tuple[Item, ...] = ()
    placements: dict[str, Placement] = {}

    @property
    def case(self) -> Case | None:
        """The newest case."""
        return self.cases[-1] if self.cases else None

    @property
    def probing(self) -> bool:
        """True while a job of probes has not ended."""
        return self.case is not None and any(job.what == "probes" for job in self.case.running())

    @property
    def ended(self) -> bool:
        """True when the newest case came to an end and all of it was delivered."""
        case = self.case
        if case is None or self.waiting:
            return False
        handed_over = case.stage is Stage.microsoft and case.last(Bundled) is not None
        return case.closed or (handed_over and not case.running())


class State:
    """Reads the Redis of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        socket = places(data_dir).socket
        self.redis = Redis(unix_socket_path=str(socket), socket_timeout=3, retry=Retry(NoBackoff(), 0))

    async def snapshot(self) -> Snapshot | None:
        """What is stored now; None when there is no server, or it is just loading."""
        try:
            return await self._read()
        except (RedisError, StateError, OSError):
            await self.redis.connection_pool.disconnect()
            return None

    async def close(self) -> None:
        """Ends the connection."""
        await self.redis.aclose()

    async def _read(self) -> Snapshot:
        ids = sorted([_case_of(key) async for key in self.redis.scan_iter(keys.case_ledger("*"))])
        cases = [await CaseStore(self.redis).load(case_id) for case_id in ids]
        waiting, sending = await self._outbox()
        placed = await Placements(self.redis).all(ids[-1]) if ids else {}
        return Snapshot(cases=tuple(cases), waiting=tuple(waiting), sending=tuple(sending), placements=placed)

    async def _outbox(self) -> tuple[list[Item], list[Item]]:
        """Everything but what waits for its time; and the heads that were being sent."""
        queues: list[bytes] = await reply(self.redis.zrange(keys.outbox_due(), 0, -1))
        waiting: list[Item] = []
        sending: list[Item] = []
        for queue in (name.decode() for name in queues):
            lines: list[bytes] = await reply(self.redis.lrange(keys.outbox_queue(queue), 0, -1))
            items = [msgspec.json.decode(line, type=Item) for line in lines]
            if not queue.startswith(TIMED):
                waiting += items
            if items and await reply(self.redis.hexists(keys.outbox_head(queue), "sending")):
                sending.append(items[0])
        return waiting, sending


def _case_of(key: bytes) -> str:
    return unquote(key.decode().split(":")[2])


def is_repeat(item: Item) -> bool:
    """True for a card that comes again because nobody knows whether it had arrived."""
    return item.queue.startswith(LATER)
