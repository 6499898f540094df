"""A whole bot behind HTTP in this process, with a connector beside it that records what it sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.app import create_app, listening
from bot.bootstrap import Parts, build
from bot.settings import Settings
from tests.support.activities import message
from tests.support.connector import FakeConnector, fake_connector
from tests.support.waiting import wait_until


@dataclass
class Whole:
    """The bot's address and parts, and Teams' end."""

    url: str
    parts: Parts
    teams: FakeConnector
    http: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(f"{self.url}{path}") as response:
            return response.status, await response.json(content_type=None)

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}{path}", json=body, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def say(self, text: str, activity: str = "1", **headers: str) -> int:
        said = message(self.teams.url, text=text, id=activity)
        return (await self.post("/api/messages", said, **headers))[0]

    async def sent(self, count: int) -> list[Any]:
        """The first messages that Teams got, once there are so many; that the bot was typing is no message."""

        def messages() -> list[Any]:
            return [call.body for call in self.teams.calls if call.body != {"type": "typing"}]

        await wait_until(lambda: len(messages()) >= count, f"{count} messages were sent")
        return messages()[:count]


@asynccontextmanager
async def whole_bot(settings: Settings, *, dev: bool = False) -> AsyncIterator[Whole]:
    """Serves until left."""
    async with (
        fake_connector() as teams,
        build(settings, dev=dev) as parts,
        listening(create_app(parts), "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as http,
    ):
        yield Whole(f"http://127.0.0.1:{port}", parts, teams, http)
