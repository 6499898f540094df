"""Files through a whole bot, over real HTTP: from somebody's cloud into the case, and back out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.case import Attached
from bot.settings import Settings
from tests.support.activities import message
from tests.support.environment import forget_settings
from tests.support.sentfiles import LOG
from tests.support.signing import serving
from tests.support.waiting import wait_until
from tests.support.wholebot import Whole, whole_bot

DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"


@pytest.fixture
async def cloud() -> AsyncIterator[str]:
    async def get(_: web.Request) -> web.Response:
        return web.Response(body=LOG)

    app = web.Application()
    app.router.add_get("/log", get)
    async with serving(app) as url:
        yield url


@pytest.fixture
async def bot(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Whole]:
    forget_settings(monkeypatch)
    settings = Settings(_env_file=None, data_dir=tmp_path, redis_url=redis_url)
    async with whole_bot(settings, dev=True) as made:
        yield made


def texts(bot: Whole) -> list[str]:
    return [call.body.get("text", "") for call in bot.teams.calls if isinstance(call.body, dict)]


async def test_sent_file_lies_with_its_case(bot: Whole, cloud: str, tmp_path: Path) -> None:
    attachment: dict[str, Any] = {
        "contentType": DOWNLOAD,
        "name": "journal.log",
        "content": {"downloadUrl": f"{cloud}/log?tempauth=x"},
    }
    sent = message(bot.teams.url, text=None, attachments=[attachment])
    assert (await bot.post("/api/messages", sent))[0] == 200
    await wait_until(lambda: any("journal.log" in text for text in texts(bot)), "the file is acknowledged")
    (case_id,) = await bot.parts.cases.open_cases()
    entry = (await bot.parts.cases.load(case_id)).last(Attached)
    assert entry is not None
    assert (tmp_path / "files" / case_id / entry.file).read_bytes() == LOG


async def test_strange_link_is_told(bot: Whole) -> None:
    attachment: dict[str, Any] = {
        "contentType": DOWNLOAD,
        "name": "journal.log",
        "content": {"downloadUrl": "http://169.254.169.254/latest/meta-data"},
    }
    sent = message(bot.teams.url, text=None, attachments=[attachment])
    assert (await bot.post("/api/messages", sent))[0] == 200
    await wait_until(
        lambda: any("Je n’ai pas pris" in text or "Je n'ai pas pris" in text for text in texts(bot)),
        "it is told",
    )


async def test_wish_of_nobody_is_answered(bot: Whole) -> None:
    """A made-up consent gets neither an upload nor an error."""
    value = {
        "type": "fileUpload",
        "action": "accept",
        "context": {"file": "D-1001-9.zip", "until": "9999999999", "sign": "0" * 64},
        "uploadInfo": {"uploadUrl": f"{bot.teams.url}/up", "uniqueId": "1"},
    }
    invoke = message(bot.teams.url, type="invoke", name="fileConsent/invoke", value=value, replyToId="m7")
    assert await bot.post("/api/messages", invoke) == (200, None)
    await wait_until(lambda: any(call.method == "PUT" for call in bot.teams.calls), "it is told")
    assert not any(call.path == "/up" for call in bot.teams.calls)
