from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp

from bot.channel.auth import ConnectorTokens, NoTokens
from bot.channel.side import teams_side
from bot.settings import Settings
from tests.support.connector import FakeConnector
from tests.support.login import login_service
from tests.support.signing import APP_ID, KeyServer
from tests.support.waiting import wait_until


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


async def test_development_asks_for_no_token(session: aiohttp.ClientSession, teams: FakeConnector) -> None:
    async with teams_side(settings(), session) as side:
        assert isinstance(side.authenticator, NoTokens)
        assert side.keys is None
        await side.connector.send(teams.url, "a", {})
    assert teams.calls[0].token == ""


async def test_application_sends_its_token(
    session: aiohttp.ClientSession, teams: FakeConnector, key_host: KeyServer, tmp_path: Path
) -> None:
    with login_service(tmp_path) as login:
        ours = settings(
            app_id=APP_ID,
            app_secret="s",
            tenant_id="t",
            authority=login.authority,
            ca_file=login.ca_file,
            openid_metadata_url=key_host.metadata_url,
            trusted_hosts=(teams.url.removeprefix("http://"),),
        )
        async with teams_side(ours, session) as side:
            assert isinstance(side.authenticator, ConnectorTokens)
            assert side.keys is not None
            await wait_until(lambda: side.keys is not None and side.keys.loaded, "the keys were fetched")
            await side.connector.send(teams.url, "a", {})
    assert teams.calls[0].token == "Bearer token-1"
