"""Teams on a bad day: a real connector that throttles, fails and falls silent at random, by a seed.

It remembers what it really took, and which answers left the bot unable to know.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.signing import serving

MOODS = ("fine", "fine", "fine", "fine", "429", "412", "502", "504", "silence")


@dataclass
class Unsteady:
    """Answers by mood until it is `calm`; `doubted` counts, by words, the POSTs whose fate nobody could know."""

    rng: random.Random
    url: str = ""
    calm: bool = False
    taken: list[tuple[str, str]] = field(default_factory=list)
    """(conversation, words) of every message really posted, in order."""
    shown: dict[str, str] = field(default_factory=dict)
    """Activity id → words of the message as it stands."""
    doubted: Counter[str] = field(default_factory=Counter)
    moods: Counter[str] = field(default_factory=Counter)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, request: web.Request) -> web.Response:
        body = await request.json()
        talk = request.match_info.get("talk") or body["channelData"]["channel"]["id"]
        words = words_of(body.get("activity") or body)
        mood = self._mood()
        doubtful = mood in {"502", "504", "silence"}
        self.doubted[words] += doubtful
        took = mood == "fine" or (doubtful and self.rng.random() < 0.5)
        if took:
            self.taken.append((talk, words))
            self.shown[str(len(self.taken))] = words
        if mood != "fine":
            return await self._refuse(mood)
        activity = str(len(self.taken))
        return web.json_response({"id": activity, "activityId": activity})

    async def create(self, request: web.Request) -> web.Response:
        answer = await self.post(request)
        if answer.status != 200:
            return answer
        channel = (await request.json())["channelData"]["channel"]["id"]
        root = str(len(self.taken))
        return web.json_response({"id": f"{channel};messageid={root}", "activityId": root})

    async def put(self, request: web.Request) -> web.Response:
        body = await request.json()
        mood = self._mood()
        if mood == "fine" or (mood in {"502", "504", "silence"} and self.rng.random() < 0.5):
            self.shown[request.match_info["activity"]] = words_of(body)
        if mood != "fine":
            return await self._refuse(mood)
        return web.json_response({"id": request.match_info["activity"]})

    def _mood(self) -> str:
        mood = "fine" if self.calm else self.rng.choice(MOODS)
        self.moods[mood] += 1
        return mood

    async def _refuse(self, mood: str) -> web.Response:
        if mood == "silence":
            await self.hold.wait()
        headers = {"Retry-After": "0"} if mood == "429" else {}
        return web.Response(status=int(mood) if mood.isdigit() else 503, headers=headers)


def words_of(activity: dict[str, Any]) -> str:
    """The text of a message, or the slot and state of a card that `PlainDrawing` drew."""
    if not activity.get("attachments"):
        return str(activity["text"])
    card = activity["attachments"][0]["content"]
    return f"{card['slot']} answered" if card["answered"] else str(card["slot"])


@asynccontextmanager
async def unsteady(seed: int) -> AsyncIterator[Unsteady]:
    """A running connector on loopback."""
    teams = Unsteady(random.Random(seed))
    app = web.Application()
    app.router.add_post("/v3/conversations", teams.create)
    app.router.add_post("/v3/conversations/{talk}/activities", teams.post)
    app.router.add_put("/v3/conversations/{talk}/activities/{activity}", teams.put)
    async with serving(app) as url:
        teams.url = url
        yield teams
        teams.hold.set()
