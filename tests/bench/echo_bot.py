"""One echo bot in a process of its own: `python -m tests.bench.echo_bot ours|stock METADATA_URL HOST`.

Prints its port, then serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import requests
from aiohttp import web
from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import ChannelValidation, ServiceClientCredentialsFactory
from msrest.authentication import Authentication

from bot.channel.adapter import PooledAdapter
from bot.channel.auth import ConnectorTokens
from bot.channel.connector import Connector, open_session
from bot.channel.endpoint import MessagesEndpoint
from bot.channel.keys import KeyCache
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from tests.support.signing import APP_ID, serving


async def echo(context: TurnContext) -> InvokeResponse | None:
    await context.send_activity(f"echo: {context.activity.text}")
    return None


async def ours(metadata_url: str, host: str) -> web.Application:
    """This project's channel, checking tokens as in production."""
    session = open_session()
    hosts = TrustedHosts([host])
    endpoint = MessagesEndpoint(
        authenticator=ConnectorTokens(APP_ID, KeyCache(metadata_url, session)),
        adapter=PooledAdapter(Connector(session, StaticToken("bot-token"), hosts)),
        on_turn=echo,
        hosts=hosts,
    )
    app = web.Application()
    app.router.add_post("/api/messages", endpoint.messages)
    app.on_cleanup.append(lambda _: session.close())
    return app


class _Credentials(Authentication):
    def signed_session(self, session: requests.Session | None = None) -> requests.Session:
        signed = session or requests.Session()
        signed.headers["Authorization"] = "Bearer bot-token"
        return signed


class _Factory(ServiceClientCredentialsFactory):
    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == APP_ID

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(self, *_: Any, **__: Any) -> Any:
        return _Credentials()


class _Settings:
    APP_ID = APP_ID
    APP_PASSWORD = "unused"


class _EchoHandler(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await echo(turn_context)


async def stock(metadata_url: str, _host: str) -> web.Application:
    """The SDK's own adapter, given a ready token so that no login is measured."""
    ChannelValidation.open_id_metadata_endpoint = metadata_url
    adapter = CloudAdapter(
        ConfigurationBotFrameworkAuthentication(_Settings(), credentials_factory=_Factory())
    )
    handler = _EchoHandler()

    async def messages(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse | None = await adapter.process(request, handler)
        return answer or web.Response(status=201)

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


async def main(kind: str, metadata_url: str, host: str) -> None:
    app = await {"ours": ours, "stock": stock}[kind](metadata_url, host)
    async with serving(app) as url:
        print(url.rpartition(":")[2], flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
