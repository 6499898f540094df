"""Texts as plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.tokens import STOP, fold, once, tokens


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L’écran, ÉTEINT. isn't 10.2", ("l", "ecran", ",", "eteint", "/", "is", "not", "0")),
        ("I can't, it won't", ("i", "can", "not", ",", "it", "will", "not")),
        ("« No internet »", ("no", "internet")),
        ("affiche 14h05 ou 14:05", ("affiche", "hhmm", "ou", "hhmm")),
        ("no1 à 9h", ("no1", "a", "9", "h")),
        ("ping 8.8.8.8 puis 10.1.2.3", ("ping", "google", "puis", "0")),
        ("cœur", ("coeur",)),
        ("Il ne s'allume point", ("il", "ne", "s", "allume", "pas")),
        ("Je n'entends guère", ("je", "n", "entends", "pas")),
        ("ça ne marche pas point", ("ca", "ne", "marche", "pas", "point")),
        ("😀", ()),
    ],
)
def test_text_becomes_plain_words(text: str, plain: tuple[str, ...]) -> None:
    assert tokens(text) == plain


def test_repeated_sentences_are_dropped() -> None:
    assert once(tokens("pas d'internet. bonjour. pas d'internet.")) == tokens("pas d'internet. bonjour")


@given(st.text(max_size=200))
def test_any_text_has_tokens(text: str) -> None:
    assert all(token.isascii() and token.strip() for token in tokens(text))
    assert fold(fold(text)) == fold(text)
    assert once((*tokens(text), STOP, *tokens(text))) == once(tokens(text))
