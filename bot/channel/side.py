"""The Teams side as the settings want it, before it knows what to do with what it hears."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import aiohttp
import msgspec

from bot.channel.adapter import PooledAdapter
from bot.channel.auth import Authenticator, ConnectorTokens, NoTokens
from bot.channel.connector import Connector
from bot.channel.endpoint import MessagesEndpoint
from bot.channel.extension import CaseDesk
from bot.channel.files import CloudFiles
from bot.channel.handler import Handler, Receive
from bot.channel.keys import KeyCache
from bot.channel.token import AppToken, StaticToken, TokenProvider, login
from bot.channel.trust import TrustedHosts
from bot.errors import ConfigurationError
from bot.settings import Settings


class TeamsSide(msgspec.Struct, frozen=True, kw_only=True):
    """What talks to Teams, and what checks who talks to us."""

    connector: Connector
    files: CloudFiles
    authenticator: Authenticator
    hosts: TrustedHosts
    keys: KeyCache | None

    def endpoint(self, receive: Receive, cases: CaseDesk, tenant: str | None) -> MessagesEndpoint:
        """The message endpoint that gives `receive` what people say, and `cases` what the message extension asks.

        `tenant` is the only one accepted.
        """
        return MessagesEndpoint(
            authenticator=self.authenticator,
            adapter=PooledAdapter(self.connector),
            on_turn=Handler(receive, cases=cases).on_turn,
            hosts=self.hosts,
            tenant=tenant,
        )


def check_identity(settings: Settings, *, dev: bool) -> None:
    """Refuses to serve without an app id, unless for development. Raises `ConfigurationError`."""
    if settings.app_id is None and not dev:
        raise ConfigurationError(
            "DECROCHE_APP_ID is not set, so anybody could speak as Teams",
            "Set it with DECROCHE_APP_SECRET and DECROCHE_TENANT_ID, or use `serve --dev` on this machine only.",
        )
    if settings.app_id is not None and not (settings.app_secret and settings.tenant_id):
        raise ConfigurationError(
            "DECROCHE_APP_ID is set without DECROCHE_APP_SECRET and DECROCHE_TENANT_ID",
            "The bot answers as a single-tenant application: it needs all three.",
        )
    if settings.fixes and settings.approver_group is None:
        raise ConfigurationError(
            "DECROCHE_FIXES is on without DECROCHE_APPROVER_GROUP, so nobody could approve a change",
            "Name the Entra group whose members may approve, or leave DECROCHE_FIXES off.",
        )


@contextlib.asynccontextmanager
async def teams_side(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[TeamsSide]:
    """Without an app id nobody is asked who they are, and no token is sent: for development on this machine."""
    hosts = TrustedHosts(settings.trusted_hosts, loopback=settings.app_id is None)
    async with contextlib.AsyncExitStack() as stack:
        keys: KeyCache | None = None
        authenticator: Authenticator = NoTokens()
        provider: TokenProvider = StaticToken()
        if settings.app_id is not None:
            keys = KeyCache(settings.openid_metadata_url, session)
            stack.push_async_callback(keys.close)
            keys.warm()
            authenticator = ConnectorTokens(settings.app_id, keys)
            provider = own = _token(settings)
            stack.push_async_callback(own.close)
        yield TeamsSide(
            connector=Connector(session, provider, hosts),
            files=CloudFiles(session, provider, hosts),
            authenticator=authenticator,
            hosts=hosts,
            keys=keys,
        )


def _token(settings: Settings) -> AppToken:
    secret = settings.app_secret.get_secret_value() if settings.app_secret else ""
    fetch = login(
        authority=settings.authority,
        tenant=settings.tenant_id or "",
        app_id=settings.app_id or "",
        secret=secret,
        ca_file=settings.ca_file,
    )
    return AppToken(fetch)
