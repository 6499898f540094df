from __future__ import annotations

import pytest

from bot.domain.views import CommandLine
from cards.commands import FOLD, commands
from cards.elements import AdaptiveCard, walk
from cards.layout import Pen, Room
from tests.support.drawn import Json, words

PEN = Pen(locale="fr", room=Room(lines=8, characters=400, options=100))


def card(*lines: CommandLine, pen: Pen = PEN) -> Json:
    body = commands(pen, lines)
    return AdaptiveCard(body=body, lang="fr", speak="", fallback_text="").to_dict()


def test_nothing_to_type_is_nothing() -> None:
    assert commands(PEN, ()) == []


@pytest.mark.parametrize(
    "text",
    ["Get-X -Filter \"userId eq '$($u.Id)'\"", "x : y ; z", "a *b* [c](d)", "openssl </dev/null | cat"],
)
def test_command_is_shown_letter_by_letter(text: str) -> None:
    runs = [n for n in walk(card(CommandLine(on="shell", text=text))) if n.get("fontType") == "Monospace"]
    assert [run["text"] for run in runs] == [text]


def test_invisible_characters_are_left_out() -> None:
    line = CommandLine(on="shell", text="ls\u202e -l\x00\n-a")
    assert "ls -l -a" in words(card(line))


def test_change_is_marked_in_words() -> None:
    assert "modifie" in words(card(CommandLine(on="shell", text="x", changes=True)))
    assert "modifie" not in words(card(CommandLine(on="shell", text="x")))


def test_console_is_named_once() -> None:
    lines = (CommandLine(on="cisco_ios", text="a"), CommandLine(on="cisco_ios", text="b", shows="c"))
    assert words(card(*lines)).count("Commutateur (Cisco IOS)") == 1


def test_console_of_ones_own_is_named() -> None:
    assert "junos" in words(card(CommandLine(on="junos", text="show lldp")))


def test_commands_are_folded() -> None:
    drawn = card(CommandLine(on="shell", text="x"))
    (box,) = [node for node in walk(drawn) if node["type"] == "Container"]
    (toggle,) = [node for node in walk(drawn) if node["type"] == "Action.ToggleVisibility"]
    assert (box["isVisible"], toggle["targetElements"]) == (False, [FOLD])


def test_command_is_never_cut() -> None:
    drawn = words(card(CommandLine(on="shell", text="y" * 401), CommandLine(on="shell", text="z")))
    assert "y" not in drawn.replace("modify", "")
    assert "1" in drawn
