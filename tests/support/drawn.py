"""Questions that tests ask of a drawn card."""

from __future__ import annotations

from typing import Any

from bot.domain.desk_views import DeskView
from bot.domain.views import View
from cards.elements import walk
from cards.render import render

Json = dict[str, Any]


def draw(view: View | DeskView) -> Json:
    """The card of a view."""
    card = render(view).card
    assert card is not None
    return card


def _of(card: Json, prefix: str) -> list[Json]:
    return [node for node in walk(card) if node["type"].startswith(prefix)]


def words(card: Json) -> str:
    """Everything that can be read on a card, a paragraph a line."""
    lines: list[str] = []
    for node in walk(card["body"]):
        if node["type"] == "TextBlock":
            lines.append(node["text"])
        elif node["type"] == "RichTextBlock":
            lines.append("".join(run["text"] for run in node["inlines"]))
    return "\n".join(lines)


def buttons(card: Json) -> list[Json]:
    """Every Action.Execute, in reading order."""
    return _of(card, "Action.Execute")


def titles(card: Json) -> list[str]:
    """The titles of the buttons, in reading order."""
    return [button["title"] for button in buttons(card)]


def inputs(card: Json) -> dict[str, Json]:
    """Every input by its id."""
    return {node["id"]: node for node in _of(card, "Input.")}
