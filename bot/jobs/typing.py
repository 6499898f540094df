"""The typing indicator, while something takes longer than a person likes to wait without a sign.

It is shown beside the work, never before it: what becomes of it delays nothing and counts as nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Final

from bot.domain.conversation import Conversation
from bot.errors import DecrocheError
from bot.jobs.ports import Sender

AFTER: Final = timedelta(milliseconds=500)
EVERY: Final = timedelta(seconds=3)  # Teams takes it away about then
MOST: Final = 20

Where = Callable[[], Awaitable[Conversation | None]]

_log = logging.getLogger(__name__)


class Typing:
    """Shows in a conversation that the bot is at work; `after` how long, and again `every` so often."""

    def __init__(self, sender: Sender, *, after: timedelta = AFTER, every: timedelta = EVERY) -> None:
        self._sender = sender
        self._after = after.total_seconds()
        self._every = every.total_seconds()
        self._shown: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def during(self, where: Where) -> AsyncIterator[None]:
        """Shows it while inside; `where` is asked only if that takes long."""
        task = asyncio.create_task(self._show(where), name="typing")
        self._shown.add(task)
        task.add_done_callback(self._shown.discard)
        try:
            yield
        finally:
            task.cancel()

    async def _show(self, where: Where) -> None:
        await asyncio.sleep(self._after)
        try:
            conversation = await where()
            if conversation is None:
                return
            for _ in range(MOST):
                await self._sender.typing(conversation)
                await asyncio.sleep(self._every)
        except DecrocheError as exc:
            _log.debug("the typing indicator was not shown: %s", exc)
