from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channel.auth import ConnectorTokens
from bot.channel.keys import KeyCache
from tests.support.connector import FakeConnector, fake_connector
from tests.support.recorder import Bot, build
from tests.support.signing import APP_ID, KeyServer, key_server, serving


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def key_host() -> AsyncIterator[KeyServer]:
    async with key_server() as server:
        yield server


@pytest.fixture
async def teams() -> AsyncIterator[FakeConnector]:
    async with fake_connector() as connector:
        yield connector


@pytest.fixture
async def key_cache(session: aiohttp.ClientSession, key_host: KeyServer) -> AsyncIterator[KeyCache]:
    cache = KeyCache(key_host.metadata_url, session)
    yield cache
    await cache.close()


@pytest.fixture
async def bot(
    session: aiohttp.ClientSession, key_host: KeyServer, key_cache: KeyCache, teams: FakeConnector
) -> AsyncIterator[Bot]:
    made = Bot("", teams, key_host, session)
    async with serving(build(made, ConnectorTokens(APP_ID, key_cache))) as url:
        made.url = f"{url}/api/messages"
        yield made
