"""What is wired for site runners: who may speak for a site, and Microsoft's address ranges."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError
from redis.asyncio import Redis

from bot.app import listening
from bot.bootstrap import build, following, runner_check
from bot.probes.tokens import Tokens
from bot.settings import Settings
from tests.support.environment import forget_settings
from tests.support.waiting import wait_until

SETS = [{"id": number, "ips": ["4.150.0.0/16"], "urls": []} for number in (11, 12, 56)]


@pytest.fixture
def base(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    forget_settings(monkeypatch)
    return {"_env_file": None, "data_dir": tmp_path, "redis_url": redis_url}


class Published:
    """Microsoft's list; counts who asks."""

    def __init__(self) -> None:
        self.asked = 0
        self.app = web.Application()
        self.app.router.add_get("/list", self.answer)

    async def answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.json_response(SETS)


IDENTITY: dict[str, Any] = {
    "app_id": "11111111-2222-3333-4444-555555555555",
    "app_secret": SecretStr("secret"),
    "tenant_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "openid_metadata_url": "http://127.0.0.1:1/keys",
}


async def test_ranges_are_fetched_while_serving(base: dict[str, Any]) -> None:
    published = Published()
    async with listening(published.app, "127.0.0.1", 0) as port:
        url = f"http://127.0.0.1:{port}/list"
        async with build(Settings(**base, **IDENTITY, endpoints_url=url)) as parts, following(parts):
            await wait_until(lambda: not parts.ranges.current.pinned, "the ranges came")
            assert parts.ranges.current.ranges["teams"] == ("4.150.0.0/16",)
    assert published.asked == 1


@pytest.mark.parametrize("identity", [IDENTITY, {}])
async def test_nobody_is_asked_when_off_or_developing(base: dict[str, Any], identity: dict[str, Any]) -> None:
    published = Published()
    async with listening(published.app, "127.0.0.1", 0) as port:
        url = "off" if identity else f"http://127.0.0.1:{port}/list"
        settings = Settings(**base, **identity, endpoints_url=url)
        before = asyncio.all_tasks()
        async with build(settings, dev=True) as parts, following(parts):
            names = {task.get_name() for task in asyncio.all_tasks() - before}
            assert "endpoints" not in names
            assert parts.ranges.current.pinned
    assert published.asked == 0


async def test_a_sites_own_token_beats_the_common_one(base: dict[str, Any], redis: Redis) -> None:
    check = runner_check(Settings(**base, runner_token=SecretStr("common")), redis)
    assert await check("lyon", "common")
    own = await Tokens(redis).rotate("lyon")
    assert [await check("lyon", token) for token in (own, "common")] == [True, False]


async def test_without_any_token_no_runner_is_let_in(base: dict[str, Any], redis: Redis) -> None:
    check = runner_check(Settings(**base), redis)
    assert not await check("lyon", "")


@pytest.mark.parametrize("url", ["http://endpoints.example/", "ftp://x", "no", ""])
def test_the_list_comes_over_https_only(base: dict[str, Any], url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(**base, endpoints_url=url)
