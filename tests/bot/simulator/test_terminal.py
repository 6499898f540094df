"""Every element that a card may have is readable in a terminal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.simulator.cardreader import buttons
from bot.simulator.terminal import draw
from tests.support.standin import button, card


def _drawn(content: dict[str, Any], first: int | None = None) -> str:
    console = Console(width=80, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(draw(content, first=first))
    return captured.get()


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ({"type": "TextBlock", "text": "Le **DNS** ne répond pas"}, "Le DNS ne répond pas"),
        ({"type": "TextBlock", "text": "1 \\* 2"}, "1 * 2"),
        ({"type": "RichTextBlock", "inlines": ["un ", {"type": "TextRun", "text": "deux"}]}, "un deux"),
        ({"type": "FactSet", "facts": [{"title": "Site", "value": "Lyon"}]}, "Site  Lyon"),
        ({"type": "Image", "url": "x", "altText": "Écran"}, "[Écran]"),
        ({"type": "CodeBlock", "codeSnippet": "show lldp"}, "show lldp"),
        ({"type": "Input.Text", "id": "a", "label": "Adresse"}, "Adresse"),
        ({"type": "Input.ChoiceSet", "value": "b", "choices": [{"title": "Bien", "value": "b"}]}, "◉ Bien"),
        ({"type": "Container", "style": "attention", "items": [{"type": "TextBlock", "text": "112"}]}, "112"),
        ({"type": "Badge", "fallback": {"type": "TextBlock", "text": "repli"}}, "repli"),
        (
            {"type": "ColumnSet", "columns": [{"items": [{"type": "TextBlock", "text": c}]} for c in "gd"]},
            "d",
        ),
        (
            {"type": "Table", "rows": [{"cells": [{"items": [{"type": "TextBlock", "text": "case"}]}]}]},
            "case",
        ),
    ],
)
def test_element_is_readable(element: dict[str, Any], shown: str) -> None:
    assert shown in _drawn(card("Titre", element))


def test_hidden_element_is_not_drawn() -> None:
    assert "secret" not in _drawn(card("Titre", {"type": "TextBlock", "text": "secret", "isVisible": False}))


def test_numbers_match_the_buttons_found() -> None:
    shown_card = {
        "type": "Action.ShowCard",
        "title": "Plus",
        "card": card("!", buttons=(button("Deux", "b"),)),
    }
    content = card("Titre", buttons=(shown_card, button("Trois", "c")))
    drawn = _drawn(content, first=4)
    assert [b.title for b in buttons(content)] == ["Plus", "Deux", "Trois"]
    assert all(label in drawn for label in ("4 · Plus", "5 · Deux", "6 · Trois"))


def test_markup_of_people_is_shown_literally() -> None:
    assert "[red]Anna[/red]" in _drawn(card("[red]Anna[/red]"))


@given(st.text())
def test_any_text_can_be_drawn(text: str) -> None:
    assert _drawn(card(text))
