"""The language of a message."""

from __future__ import annotations

import pytest

from bot.diagnosis.language import answered_in, order, spoken
from bot.diagnosis.tokens import tokens


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mon téléphone affiche No internet", "fr"),
        ("My phone shows No internet", "en"),
        ("Mi teléfono de escritorio muestra No internet", "es"),
        ("Das Telefon zeigt seit gestern kein Internet", "de"),
        ("Il mio telefono fisso dice No internet", "it"),
        ("O telefone da minha mesa diz que não há internet", "pt"),
        ("Mijn telefoon zegt dat er geen internet is", "nl"),
        ("No internet. Emergency calls aren't supported", None),
        ("😀", None),
    ],
)
def test_language_is_told(text: str, language: str | None) -> None:
    assert spoken(tokens(text)) == language


def test_saying_it_twice_changes_nothing() -> None:
    text = "Das Telefon zeigt kein Internet. "
    assert spoken(tokens(text)) == spoken(tokens(text * 2))


def test_only_french_is_answered_in_french() -> None:
    assert [answered_in(language) for language in ("fr", "en", "de")] == ["fr", "en", "en"]


def test_own_language_is_read_first() -> None:
    assert order("fr") == ("fr", "en")
    assert order("en") == ("en", "fr")
    assert order("nl") == ("nl", "en", "fr")
