"""Patterns over concepts."""

from __future__ import annotations

import pytest

from bot.diagnosis.grammar import Alphabet, rewrite
from bot.errors import PlaybookInvalid

ALPHABET = Alphabet(
    ("phone", "not", "work", "fine", "cable", "fails"), {"outcome": "fine|fails", "it": "phone|cable"}
)


def written(text: str) -> str:
    return "".join(ALPHABET.char(name) for name in text.split())


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("not work", "not _ _ work"),
        ("not > work", "not work"),
        ("phone .. fine", "phone _ , _ _ fine"),
        ("phone ... fine", "phone / _ fine"),
        ("phone & work", "work _ phone"),
        ("it > fails", "cable fails"),
        ("phone -> fine", "phone , _ fine"),
        ("!not work", "phone work"),
        ("work > !not", "work _"),
    ],
)
def test_pattern_matches(pattern: str, text: str) -> None:
    assert ALPHABET.pattern(pattern).search(written(text))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("not work", "not _ _ _ work"),
        ("not work", "not , work"),
        ("not > work", "not _ work"),
        ("phone .. fine", "phone / fine"),
        ("phone -> fine", "phone fails fine"),
        ("!not work", "not work"),
        ("work > !not", "work not"),
    ],
)
def test_pattern_keeps_its_limits(pattern: str, text: str) -> None:
    assert not ALPHABET.pattern(pattern).search(written(text))


def test_rewriting_keeps_what_stands_between() -> None:
    pattern = ALPHABET.pattern("not work")
    assert ALPHABET.names(rewrite(written("phone not cable work"), pattern, ALPHABET.char("fails"))) == [
        "phone",
        "fails",
        "cable",
    ]


def test_unknown_concept_is_refused() -> None:
    with pytest.raises(PlaybookInvalid, match="unknown concept banana"):
        ALPHABET.pattern("phone banana")
