"""A relay in front of Redis that breaks one connection at the worst moment: done, but not answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Eater:
    target: str
    command: bytes
    eaten: int = 0

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self.target)
        while asked := await reader.read(65536):
            far_writer.write(asked)
            answer = await far_reader.read(65536)
            if self.command in asked and not self.eaten:
                self.eaten += 1
                break
            writer.write(answer)
        far_writer.close()
        writer.close()


@asynccontextmanager
async def answer_eater(target: str, path: Path, command: bytes) -> AsyncIterator[Eater]:
    """Relays `path` to the server at `target`, and drops the answer of the first `command`."""
    eater = Eater(target, command)
    async with await asyncio.start_unix_server(eater.relay, path):
        yield eater
