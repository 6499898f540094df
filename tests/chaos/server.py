"""A Redis of its own beside the bots, as an organisation may run one, which can go away and come back.

It lies where the embedded one would, so that the judge reads it in the same way.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.state.binary import find_server
from bot.state.embedded import command
from bot.state.folders import places
from tests.chaos.state import State
from tests.support.waiting import becomes


class Server:
    """A server on the socket and the append-only file of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._where = places(data_dir)
        self._data = data_dir
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """As `DECROCHE_REDIS_URL` wants it."""
        return f"unix://{self._where.socket}"

    async def start(self) -> None:
        """Starts it, and waits until its data can be read."""
        quiet = asyncio.subprocess.DEVNULL
        words = command(find_server(), self._where)
        self._process = await asyncio.create_subprocess_exec(*words, stdout=quiet, stderr=quiet)
        state = State(self._data)
        try:
            await becomes(lambda: _answers(state), 20.0, 0.05)
        finally:
            await state.close()

    async def kill(self) -> None:
        """Ends it at once."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


async def _answers(state: State) -> bool:
    return await state.snapshot() is not None
