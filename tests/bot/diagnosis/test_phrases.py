"""Word lists: what they must hold, and how they are read."""

from __future__ import annotations

import pytest

from bot.diagnosis.phrases import LANGUAGES, common, concepts, familiar, lexicon, words
from bot.diagnosis.tokens import tokens
from bot.domain.diagnosis import LOCALES


def read(text: str, *languages: str) -> tuple[str, ...]:
    return lexicon(languages or ("fr", "en")).read(tokens(text)).concepts


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ECRAN NOIR", ("off",)),
        ("il redemare tout seul", ("restart", "often")),
        ("la mise à jour", ("update",)),
        ("mon telefone", ("phone",)),
        ("jsuis au bureau", ("_",)),
        ("un hippopotame", ("_",)),
        ("3 postes", ("digit", "phone")),
        ("10.2.3.4 en 2019", ("dotted", "year")),
        ("ccx 5000", ("phone", "_")),
        ("pas, girafe.", ("not", ",", "_", "/")),
    ],
)
def test_words_become_concepts(text: str, seen: tuple[str, ...]) -> None:
    assert read(text) == seen


def test_first_language_is_right() -> None:
    assert read("plus", "fr", "en") == ("not",)
    assert read("plus", "en", "fr") == ("and",)


def test_typing_errors_lower_the_likeness() -> None:
    french = lexicon(("fr", "en"))
    assert french.read(("internet",)).alike == 1.0
    assert french.read(("interrnet",)).alike < 1.0


def test_common_words_are_not_corrected() -> None:
    assert read("the house", "en", "fr") == ("_",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_main_words(language: str) -> None:
    listed = words(language)
    assert listed.locale == language
    assert {"phone", "not", "internet", "call", "restart", "off", "signout", "update"} <= set(listed.words)
    assert "internet" in familiar(language)


def test_full_languages_know_every_concept() -> None:
    for locale in LOCALES:
        assert set(concepts()) - set(words(locale).words) <= {"hhmm"}
        assert len(common(locale)) > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_repeats_an_expression(language: str) -> None:
    for concept, several in words(language).words.items():
        assert len(several) == len(set(several)), concept
