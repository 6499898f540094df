"""A stand-in for the bot: a real HTTP server that records activities and answers what a test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from bot.simulator.channel import TeamsChannel
from bot.simulator.listening import Listener

Activity = dict[str, Any]
Turn = Callable[[Activity], Awaitable[web.Response | None]]

EMPLOYEE_TEXT = "Bonjour"


class StandIn:
    """Records what it receives; `turn` decides the answer, by default an empty 200."""

    def __init__(self, turn: Turn | None = None) -> None:
        self.turn = turn
        self.received: list[Activity] = []
        self.tokens: list[str] = []
        app = web.Application()
        app.add_routes([web.post("/api/messages", self._messages), web.get("/readyz", self._ready)])
        self.listener = Listener(app)

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.listener.url

    async def _messages(self, request: web.Request) -> web.Response:
        activity: Activity = await request.json()
        self.received.append(activity)
        self.tokens.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        answer = None if self.turn is None else await self.turn(activity)
        return answer or web.Response()

    async def _ready(self, _: web.Request) -> web.Response:
        return web.Response()


@asynccontextmanager
async def standin(turn: Turn | None = None) -> AsyncIterator[StandIn]:
    """A stand-in that listens for the length of a test."""
    bot = StandIn(turn)
    await bot.listener.start()
    try:
        yield bot
    finally:
        await bot.listener.close()


@asynccontextmanager
async def teams(
    app_id: str | None = None, check: Callable[[str], bool] | None = None
) -> AsyncIterator[TeamsChannel]:
    """A Teams channel that listens for the length of a test."""
    channel = TeamsChannel("tenant-1", app_id, check)
    await channel.start()
    try:
        yield channel
    finally:
        await channel.close()


async def call(method: str, url: str, **options: Any) -> tuple[int, Any]:
    """One HTTP request: status and JSON (None when the body is empty)."""
    async with aiohttp.ClientSession() as session, session.request(method, url, **options) as response:
        return response.status, await response.json() if await response.read() else None


def button(title: str, verb: str, step: str = "", **data: str) -> dict[str, Any]:
    """A card's button in the shape that the bot gives them."""
    carried = {"case": "D-1001", "v": 1, "nonce": data.pop("nonce", "n1"), "verb": verb, "step": step, **data}
    fallback = {"type": "Action.Submit", "title": title, "data": carried}
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": carried, "fallback": fallback}


def card(text: str, *body: dict[str, Any], buttons: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """An adaptive card with a first line and buttons."""
    actions = [{"type": "ActionSet", "actions": list(buttons)}] if buttons else []
    words = {"type": "TextBlock", "text": text}
    return {"type": "AdaptiveCard", "version": "1.5", "body": [words, *body, *actions]}


def with_card(content: dict[str, Any], text: str = "") -> Activity:
    """A message activity that carries a card."""
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "text": text, "attachments": [attachment]}
