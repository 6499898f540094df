"""Teams: the bot's login, the keys that prove who speaks, the helpdesk's channel, the public address."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

import aiohttp
import msgspec
from redis.asyncio import Redis

from bot.channel.connector import Connector, open_session
from bot.channel.keys import KeyCache
from bot.channel.sender import Sender
from bot.channel.token import SCOPE, StaticToken
from bot.channel.trust import TrustedHosts
from bot.doctor.checking import Check
from bot.doctor.finding import Area, Finding
from bot.errors import DeliveryError, Refused
from bot.graph.errors import GraphError
from bot.graph.token import MsalTokens
from bot.settings import Settings
from bot.state.roster import Roster

AREA: Final = Area("teams")
CONNECTOR: Final = SCOPE.removesuffix("/.default")
INSTALL: Final = "`decroche manifest` makes the app package; docs/teams-app.md says where to upload it."


def checks(settings: Settings) -> list[Check]:
    """What can be seen with these settings."""
    found = []
    if _is_set(settings):
        found.append(Check(AREA, "login", partial(_login, settings)))
        found.append(Check(AREA, "signing keys", partial(_keys, settings)))
    if settings.public_url is not None:
        found.append(Check(AREA, "public address", partial(_public, settings, settings.public_url)))
    return found


def channel_checks(settings: Settings, redis: Redis) -> list[Check]:
    """The helpdesk's channel; Redis knows where Teams answers."""
    if not _is_set(settings) or settings.helpdesk_channel is None:
        return []
    return [Check(AREA, "helpdesk channel", partial(_channel, settings, settings.helpdesk_channel, redis))]


def _is_set(settings: Settings) -> bool:
    return None not in (settings.app_id, settings.app_secret, settings.tenant_id)


async def _token(settings: Settings) -> str:
    """The bot's token, got as Graph's is, from the same service for another resource. Raises `GraphError`."""
    changes = {"graph_client_id": None, "graph_client_secret": None, "graph_certificate": None}
    tokens = MsalTokens(settings.model_copy(update=changes | {"graph_url": CONNECTOR}))
    try:
        return await tokens.token()
    finally:
        await tokens.close()


async def _login(settings: Settings) -> Iterable[Finding]:
    try:
        await _token(settings)
    except GraphError as exc:
        todo = (
            "Check DECROCHE_TENANT_ID, DECROCHE_APP_ID and DECROCHE_APP_SECRET; a secret that has expired "
            "is replaced in Entra, under Certificates & secrets."
        )
        return [AREA.fails("login", str(exc).removeprefix("no token for Microsoft Graph: "), todo)]
    return [AREA.ok("login", "the bot gets its token")]


async def _keys(settings: Settings) -> Iterable[Finding]:
    async with open_session(settings.ca_file) as session:
        keys = KeyCache(settings.openid_metadata_url, session)
        try:
            await keys.find("")
        except Refused:
            todo = "Let this machine reach it; without keys every message of Teams is refused (503)."
            return [AREA.fails("signing keys", f"not to be had from {settings.openid_metadata_url}", todo)]
        finally:
            await keys.close()
    return [AREA.ok("signing keys", "Teams can prove who it is")]


async def _channel(settings: Settings, channel: str, redis: Redis) -> Iterable[Finding]:
    what = "helpdesk channel"
    place = await Roster(redis).place()
    if place is None:
        says = "nobody of the helpdesk has written to the bot yet, so it cannot be asked for its members"
        return [
            AREA.warning(what, says, f"Install the app in the helpdesk's team and write to it. {INSTALL}")
        ]
    token = StaticToken(await _token(settings))
    async with open_session(settings.ca_file) as session:
        sender = Sender(Connector(session, token, TrustedHosts(settings.trusted_hosts)))
        try:
            people = await sender.members(msgspec.structs.replace(place, id=channel, kind="channel"))
        except DeliveryError as exc:
            todo = f"Install the app in that channel's team, or correct DECROCHE_HELPDESK_CHANNEL. {INSTALL}"
            return [AREA.fails(what, str(exc), todo)]
    return [AREA.ok(what, f"the bot is in it; {len(people)} members")]


async def _public(settings: Settings, url: str) -> Iterable[Finding]:
    what = "public address"
    async with open_session(settings.ca_file) as session:
        try:
            async with session.get(f"{url}/readyz", allow_redirects=False) as response:
                status = response.status
        except (aiohttp.ClientError, OSError) as exc:
            says = f"{url} does not answer from here: {type(exc).__name__}"
            return [
                AREA.warning(what, says, "Start the bot (`decroche serve`), and check proxy and firewall.")
            ]
    if status != 200:
        says = f"{url}/readyz answers {status}"
        return [AREA.warning(what, says, "See what the bot's log says; a proxy must pass every path on.")]
    return [AREA.ok(what, f"{url} answers and is ready")]
