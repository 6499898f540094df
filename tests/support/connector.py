"""A tiny Bot Connector: records what it is sent and answers as it is told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.signing import serving


@dataclass(frozen=True)
class Call:
    """One request: `path` is as it was on the wire, still quoted."""

    method: str
    path: str
    body: Any
    token: str


@dataclass
class FakeConnector:
    """Answers in the order of `answers`, then 200 with `{"id": ...}`."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: deque[web.Response | str] = field(default_factory=deque)
    peers: set[Any] = field(default_factory=set)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.calls.append(
            Call(request.method, request.raw_path, body, request.headers.get("Authorization", ""))
        )
        if request.transport is not None:
            self.peers.add(request.transport.get_extra_info("peername"))
        answer = self.answers.popleft() if self.answers else None
        if answer == "break":
            assert request.transport is not None
            request.transport.abort()
        if answer == "hang":
            await self.hold.wait()
        if isinstance(answer, web.Response):
            return answer
        return web.json_response({"id": f"sent-{len(self.calls)}", "activityId": f"first-{len(self.calls)}"})


@asynccontextmanager
async def fake_connector() -> AsyncIterator[FakeConnector]:
    """A running connector on loopback."""
    connector = FakeConnector()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", connector.serve)
    async with serving(app) as url:
        connector.url = url
        yield connector
        connector.hold.set()
