from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app import create_app, listening, warming
from bot.bootstrap import build
from bot.diagnosis.phrases import LANGUAGES, lexicon
from bot.errors import ConfigurationError
from bot.probes.tokens import Tokens
from bot.settings import Settings
from tests.support.environment import forget_settings
from tests.support.wholebot import Whole, whole_bot

BANNER = "Mon téléphone affiche « No internet »"
SITES = '[[site]]\nid = "lyon"\nname = "Lyon"\n'
TOKEN = "runner-token"


@pytest.fixture
def settings(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    forget_settings(monkeypatch)
    sites = tmp_path / "sites.toml"
    sites.write_text(SITES, "utf-8")
    return Settings(
        _env_file=None, redis_url=redis_url, data_dir=tmp_path, sites=sites, runner_token=SecretStr(TOKEN)
    )


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[Whole]:
    async with whole_bot(settings, dev=True) as bot:
        yield bot


async def test_process_says_that_it_is_up(bot: Whole) -> None:
    assert await bot.get("/healthz") == (200, {"status": "up"})


async def test_ready_with_redis_shows_what_is_missing(bot: Whole) -> None:
    status, body = await bot.get("/readyz")
    assert status == 200
    assert body == {"ready": True, "redis": "ok", "degraded": ["app_id", "helpdesk_channel"]}


async def test_a_site_without_token_is_shown(settings: Settings, redis: Redis) -> None:
    async with whole_bot(settings.model_copy(update={"runner_token": None}), dev=True) as bot:
        assert "runner_token" in (await bot.get("/readyz"))[1]["degraded"]
        await Tokens(redis).rotate("lyon")
        assert "runner_token" not in (await bot.get("/readyz"))[1]["degraded"]


async def test_dead_courier_is_shown(bot: Whole) -> None:
    courier = bot.parts.courier
    assert courier is not None
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert "delivery" in (await bot.get("/readyz"))[1]["degraded"]


async def test_not_ready_without_redis(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    async with build(settings, dev=True) as parts, build(nowhere, dev=True) as broken:
        mixed = create_app(replace(parts, redis=broken.redis))
        async with (
            listening(mixed, "127.0.0.1", 0) as port,
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/readyz") as response,
        ):
            assert response.status == 503
            assert (await response.json())["redis"] == "unreachable"


async def test_report_is_answered_in_order(bot: Whole) -> None:
    assert await bot.say(BANNER) == 200
    first, second = await bot.sent(2)
    assert "112" in str(first["attachments"])
    assert "nonce" in str(second["attachments"])
    assert await bot.parts.cases.open_cases() == ["D-1001"]


async def test_same_activity_three_times_counts_once(bot: Whole) -> None:
    assert await asyncio.gather(*(bot.say(BANNER) for _ in range(3))) == [200, 200, 200]
    await bot.sent(2)
    assert await bot.say("aide", "2") == 200
    assert "D-1001" in str((await bot.sent(3))[2])
    assert await bot.parts.cases.open_cases() == ["D-1001"]
    assert len(bot.teams.calls) == 3


async def test_garbage_stores_and_sends_nothing(bot: Whole) -> None:
    assert (await bot.post("/api/messages", ["no activity"]))[0] == 400
    assert bot.teams.calls == []


async def test_runner_needs_its_token(bot: Whole) -> None:
    path = "/runner/hello?site=lyon&runner=r1"
    assert (await bot.post(path, {}))[0] == 401
    assert (await bot.post(path, {}, Authorization="Bearer wrong"))[0] == 401
    status, body = await bot.post(path, {}, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert body["site"]["id"] == "lyon"


async def test_token_of_odd_bytes_is_refused(bot: Whole) -> None:
    where = bot.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(where[0], int(where[2]))
    writer.write(
        b"POST /runner/hello?site=lyon&runner=r1 HTTP/1.1\r\nHost: x\r\n"
        b"Authorization: Bearer \xff\xfe\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_without_token_no_runner_is_let_in(settings: Settings) -> None:
    async with whole_bot(settings.model_copy(update={"runner_token": None}), dev=True) as bot:
        for token in ("", "None", TOKEN):
            path = "/runner/hello?site=lyon&runner=r1"
            assert (await bot.post(path, {}, Authorization=f"Bearer {token}"))[0] == 401


async def test_stopping_bot_lets_runners_go(settings: Settings) -> None:
    async with (
        build(settings, dev=True) as parts,
        listening(create_app(parts, lambda: True), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        asyncio.timeout(5),
        http.post(f"http://127.0.0.1:{port}/runner/jobs/next?site=lyon&runner=r1") as response,
    ):
        assert response.status == 204


async def test_taken_port_is_a_sentence() -> None:
    async with listening(web.Application(), "127.0.0.1", 0) as port:
        with pytest.raises(ConfigurationError, match=f"port {port} cannot be used"):
            async with listening(web.Application(), "127.0.0.1", port):
                raise AssertionError("both listen")


async def test_requests_under_way_may_end() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        entered.set()
        await leave.wait()
        return web.Response(text="done")

    app = web.Application()
    app.router.add_get("/", slow)
    async with aiohttp.ClientSession() as http:
        async with listening(app, "127.0.0.1", 0) as port:
            asked = asyncio.create_task(http.get(f"http://127.0.0.1:{port}/"))
            await entered.wait()
            asyncio.get_running_loop().call_later(0.05, leave.set)
        response = await asked
        assert await response.text() == "done"


def test_word_lists_are_read_while_serving() -> None:
    lexicon.cache_clear()
    warming().join()
    assert lexicon.cache_info().currsize == len(LANGUAGES)


def test_reading_word_lists_holds_up_no_stop() -> None:
    reading = warming()
    assert reading.daemon
    reading.join()


async def test_served_bot_ends_in_order(redis_url: str, tmp_path: Path) -> None:
    """A real process: it says where it listens, answers, and ends with 0 when told to."""
    plain = {name: value for name, value in os.environ.items() if not name.upper().startswith("DECROCHE_")}
    given = {"DECROCHE_REDIS_URL": redis_url, "DECROCHE_DATA_DIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", "--dev", "--port", "0",
        env=plain | given, cwd=Path(__file__).parents[2], stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(20):
            port = ""
            while not port:
                line = (await process.stderr.readline()).decode()
                assert line, "it ended before it listened"
                port = found[1] if (found := re.search(r"http://127\.0\.0\.1:(\d+)/", line)) else ""
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/readyz") as ready:
                assert ready.status == 200
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_ticket_is_fetched_by_its_link(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "D-1001-82.zip").write_bytes(b"ticket")
    async with whole_bot(replace_settings(settings, public_url="http://127.0.0.1"), dev=True) as bot:
        link = bot.parts.links.link("D-1001-82.zip")
        assert link is not None
        path = link.removeprefix("http://127.0.0.1")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{bot.url}{path}") as found:
                assert (found.status, await found.read()) == (200, b"ticket")
                assert found.headers["Content-Disposition"] == 'attachment; filename="D-1001-82.zip"'
            async with session.get(f"{bot.url}{path[:-1]}") as refused:
                assert refused.status == 404
            async with session.get(f"{bot.url}/files/redis?until=9999999999&sign=") as elsewhere:
                assert elsewhere.status == 404


async def test_drawings_are_served_to_anybody(bot: Whole) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{bot.url}/pictures/ports.png") as found:
            assert (found.status, found.content_type) == (200, "image/png")
            assert (await found.read()).startswith(b"\x89PNG")
        for name in ("other.png", "ports", "..%2Ftexts%2Ffr.toml"):
            async with session.get(f"{bot.url}/pictures/{name}") as refused:
                assert refused.status == 404


def replace_settings(settings: Settings, **changes: str) -> Settings:
    return settings.model_copy(update=changes)
