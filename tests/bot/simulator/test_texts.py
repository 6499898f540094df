"""Both languages say the same things with the same values."""

from __future__ import annotations

from string import Formatter

import pytest

from bot.simulator.texts import all_texts, text


def _places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_languages_have_the_same_texts() -> None:
    french, english = all_texts()["fr"], all_texts()["en"]
    assert french.keys() == english.keys()
    assert all(_places(french[id_]) == _places(english[id_]) for id_ in french)


def test_missing_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("fr", "no_such_text")
