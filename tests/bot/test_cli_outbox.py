from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from redis import Redis
from typer.testing import CliRunner

from bot.cli import app
from bot.domain.events import Tell
from bot.state.aside import Aside, Refused
from bot.state.connection import connect
from bot.state.outbox import Item, Outbox
from tests.support.environment import forget_settings

ITEM = Item(id="i1", queue="a:1", case="D-1001", effect=Tell(to="employee", text="say.x"))
REFUSED = Refused(item=ITEM, at=datetime(2026, 11, 22, 10, tzinfo=UTC), why="POST was answered 403")


@pytest.fixture
def bot(redis_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    forget_settings(monkeypatch)
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    with Redis.from_url(redis_server) as client:
        client.flushdb()
        yield redis_server
        client.flushdb()


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["outbox", *words])
    return done.exit_code, done.stdout


def refuse(url: str) -> None:
    async def put() -> None:
        redis = connect(url)
        await Aside(redis).put(REFUSED)
        await redis.aclose()

    asyncio.run(put())


def heads(url: str) -> list[object]:
    async def look() -> list[object]:
        redis = connect(url)
        entry = await Outbox(redis).head("a:1")
        await redis.aclose()
        return [entry.item.effect] if entry else []

    return asyncio.run(look())


def test_empty_outbox_is_fine(bot: str) -> None:
    assert run() == (0, "nothing is stuck\n")


def test_refused_message_is_named(bot: str) -> None:
    refuse(bot)
    code, said = run()
    assert code == 1
    assert said == "refused  a:1: Tell D-1001, 2026-11-22 10:00:00 UTC: POST was answered 403\n"
    code, said = run("--json")
    assert (code, json.loads(said)["refused"][0]["item"]["id"]) == (1, "i1")


def test_refused_message_goes_again(bot: str) -> None:
    refuse(bot)
    code, said = run("--again")
    assert (code, said) == (0, "1 put back into the outbox; a running bot sends them now\n")
    assert heads(bot) == [ITEM.effect]
    assert run() == (0, "nothing is stuck\n")
