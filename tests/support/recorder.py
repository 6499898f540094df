"""A whole message endpoint on loopback, with a recorder where the bot's logic would be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.channel.adapter import PooledAdapter
from bot.channel.auth import Authenticator
from bot.channel.connector import Connector
from bot.channel.endpoint import MessagesEndpoint
from bot.channel.handler import Handler
from bot.channel.limits import limits
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from bot.domain.conversation import Answer, Incoming
from tests.support.activities import TENANT, message
from tests.support.connector import FakeConnector
from tests.support.signing import KeyServer, claims, sign


@dataclass
class Bot:
    """A whole message endpoint on loopback, and what came through it."""

    url: str
    teams: FakeConnector
    key_host: KeyServer
    session: aiohttp.ClientSession
    received: list[Incoming] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    error: Exception | None = None

    async def receive(self, incoming: Incoming) -> Answer:
        if self.error is not None:
            raise self.error
        self.received.append(incoming)
        return self.answer

    def token(self, **changes: Any) -> str:
        return sign(claims(self.teams.url, **changes))

    def message(self, **changes: Any) -> dict[str, Any]:
        return message(self.teams.url, **changes)

    async def post(
        self, body: object, *, token: str | None = "", headers: dict[str, str] | None = None
    ) -> tuple[int, Any, aiohttp.ClientResponse]:
        """Posts a body (bytes as they are); token '' is a good one, None is none."""
        bearer = {} if token is None else {"Authorization": f"Bearer {token or self.token()}"}
        sent = {"Content-Type": "application/json", **bearer, **(headers or {})}
        data = body if isinstance(body, bytes) else aiohttp.JsonPayload(body)
        async with self.session.post(self.url, data=data, headers=sent) as response:
            content = await response.read()
            return response.status, await response.json() if content else None, response


def build(bot: Bot, authenticator: Authenticator, **options: Any) -> web.Application:
    hosts = TrustedHosts([bot.teams.url.removeprefix("http://")])
    connector = Connector(bot.session, StaticToken("bot-token"), hosts)
    endpoint = MessagesEndpoint(
        authenticator=authenticator,
        adapter=PooledAdapter(connector),
        on_turn=Handler(bot.receive).on_turn,
        hosts=hosts,
        tenant=TENANT,
        **{"bounds": limits().endpoint, **options},
    )
    app = web.Application()
    app.router.add_post("/api/messages", endpoint.messages)
    return app
