"""The whole bot over HTTP, as an employee meets it after their case: taps as Teams sends them, on both paths."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from cards.elements import walk
from tests.support.activities import message
from tests.support.environment import forget_settings
from tests.support.waiting import wait_until
from tests.support.wholebot import Whole, whole_bot

BANNER = "Mon téléphone affiche « No internet »"


@pytest.fixture
async def bot(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Whole]:
    forget_settings(monkeypatch)
    sites = tmp_path / "sites.toml"
    sites.write_text('[[site]]\nid = "lyon"\nname = "Lyon"\n', "utf-8")
    settings = Settings(_env_file=None, redis_url=redis_url, data_dir=tmp_path, sites=sites)
    async with whole_bot(settings, dev=True) as bot:
        yield bot


def data_of(sent: list[Any], verb: str) -> dict[str, Any]:
    """What the newest button of this verb carries."""
    nodes = [node for body in sent for node in walk(body) if node["type"] == "Action.Execute"]
    found: dict[str, Any] = next(node["data"] for node in reversed(nodes) if node["verb"] == verb)
    return found


async def submit(bot: Whole, data: dict[str, Any], activity: str) -> int:
    """A tap as a client without Universal Actions sends it."""
    body = message(bot.teams.url, text="", id=activity) | {"value": data}
    return (await bot.post("/api/messages", body))[0]


async def execute(bot: Whole, data: dict[str, Any], activity: str) -> Any:
    """The same as an invoke; what it is answered with."""
    action = {"action": {"type": "Action.Execute", "verb": data["verb"], "data": data}}
    name = {"type": "invoke", "name": "adaptiveCard/action", "value": action}
    status, body = await bot.post("/api/messages", message(bot.teams.url, text="", id=activity) | name)
    assert status == 200
    return body


async def until(bot: Whole, words: str) -> list[Any]:
    """All that Teams got, once something of it says this."""

    def said() -> bool:
        return any(words in str(call.body) for call in bot.teams.calls)

    await wait_until(said, f"something says {words}")
    return [call.body for call in bot.teams.calls]


async def withdrawn(bot: Whole) -> list[Any]:
    """A case that was reported and withdrawn, once its end was shown."""
    await bot.say(BANNER, "1")
    await bot.sent(2)
    await bot.say("annuler", "2")
    return await until(bot, "Demande refermée")


@pytest.mark.parametrize("way", [submit, execute])
async def test_closing_card_reopens_on_both_paths(bot: Whole, way: Any) -> None:
    sent = await withdrawn(bot)
    assert await bot.parts.cases.open_cases() == []
    await way(bot, data_of(sent, "reopen"), "3")
    assert await bot.parts.cases.open_cases() == ["D-1001"]


async def test_own_cases_are_listed_and_shown(bot: Whole) -> None:
    await withdrawn(bot)
    await bot.say("mes demandes", "3")
    sent = await until(bot, "Vos demandes")
    assert data_of(sent, "past")["value"] == "D-1001"
    await execute(bot, data_of(sent, "past"), "4")
    await until(bot, "Comment elle s’est terminée")


async def test_language_holds_for_the_next_case(bot: Whole) -> None:
    await bot.say("English please", "1")
    await until(bot, "go on in English")
    await bot.say(BANNER, "2")
    await until(bot, "Right now, your desk phone cannot call")


async def test_second_report_has_the_phone_filled_in(bot: Whole) -> None:
    await bot.say(BANNER, "1")
    form = data_of(await bot.sent(2), "start") | {
        "symptom": "no_internet_banner",
        "site": "lyon",
        "phone": "4217",
    }
    await submit(bot, form, "2")
    await bot.say("annuler", "3")
    await bot.say("Mon téléphone n'a plus de tonalité", "4")
    await until(bot, "C’est bien celui-ci")
