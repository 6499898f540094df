"""Every card of the golden set, drawn by Microsoft's renderer in each look; the pictures lie in `out/e2e/cards`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from cards.elements import walk
from tests.support.house import ROOT
from tests.support.looks import LOOKS, Look, host_config, open_page
from tests.support.teamsonly import teams_only

pytestmark = pytest.mark.e2e

GOLDEN = sorted((ROOT / "tests/cards/golden").glob("*.json"))


class Drawn(msgspec.Struct):
    warnings: list[str]
    cut: list[str]
    text: str


def _draw(page: Page, card: dict[str, Any], look: Look) -> Drawn:
    found = page.evaluate("([card, host]) => window.draw(card, host)", [card, host_config(look)])
    return msgspec.convert(found, Drawn)


def _headings(card: dict[str, Any]) -> Iterator[str]:
    return (node["text"] for node in walk(card) if node["type"] == "TextBlock")


def _problems(page: Page, file: Path, look: Look, seen: Path) -> Iterator[str]:
    card = json.loads(file.read_text(encoding="utf-8"))["card"]
    drawn = _draw(page, card, look)
    picture = seen / "cards" / f"{file.stem}.{look.name}.png"
    page.locator("#card").screenshot(path=picture)
    allowed = [warning for only in teams_only() for warning in only.warnings]
    for said in drawn.warnings:
        if not any(part in said for part in allowed):
            yield f"{picture.name}: {said}"
    yield from (f"{picture.name} does not fit: {what}" for what in drawn.cut)
    for heading in _headings(card):
        if heading.replace("\\", "")[:20] not in drawn.text.replace("\\", ""):
            yield f"{picture.name} lacks {heading!r}"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_card_is_drawn_whole(browser: Browser, look: Look, seen: Path) -> None:
    (seen / "cards").mkdir(exist_ok=True)
    page, errors = open_page(browser, look), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text))
    problems = [problem for file in GOLDEN for problem in _problems(page, file, look, seen)]
    page.close()
    assert (problems, errors) == ([], [])


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlok"}]}, "TextBlok"),
        ({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Image", "size": "vast"}]}, "size"),
    ],
)
def test_renderer_would_warn_of_a_mistake(browser: Browser, card: dict[str, Any], says: str) -> None:
    page = open_page(browser, LOOKS[0])
    assert any(says in warning for warning in _draw(page, card, LOOKS[0]).warnings)
    page.close()


def test_picture_would_show_a_cut_button(browser: Browser) -> None:
    look = next(look for look in LOOKS if look.name == "narrow")
    action = {"type": "Action.Submit", "title": "Un titre bien trop long pour un téléphone étroit, vraiment"}
    page = open_page(browser, look)
    assert _draw(page, {"type": "AdaptiveCard", "version": "1.5", "actions": [action]}, look).cut
    page.close()
