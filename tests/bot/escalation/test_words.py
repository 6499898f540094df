"""The ticket's texts in both languages."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from bot.domain.diagnosis import LOCALES, Locale, Outcome
from bot.domain.fact import Source
from bot.domain.probe import Failure
from bot.domain.reason import IDS
from bot.escalation.form import form
from bot.escalation.words import words


def flat(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, child in data.items():
            yield from flat(child, f"{path}.{key}")
    else:
        yield path, data


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts() -> None:
    fr, en = (dict(flat(msgspec.to_builtins(words(locale)))) for locale in LOCALES)
    assert fr.keys() == en.keys()
    assert all(placeholders(fr[key]) == placeholders(en[key]) for key in fr)


def test_reasons_are_those_of_the_ledger() -> None:
    assert words("fr").reasons.keys() == IDS - {"no_permission", "other"}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_id_has_its_text(locale: Locale) -> None:
    text = words(locale)
    fields = [field for section in form().section for field in section.fields]
    assert {field.id for field in fields} | {"tried", "tests", "files"} == set(text.fields)
    assert {section.id for section in form().section} == set(text.sections)
    assert {question.id for question in form().question} == set(text.questions)
    assert set(form().checklist.items) == set(text.checklist)
    assert set(Failure) == set(text.failures)
    assert set(Source) == set(text.sources)
    assert set(get_args(Outcome)) == set(text.outcomes)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_can_be_missing_says_how(locale: Locale) -> None:
    needed = [field.id for section in form().section for field in section.fields if field.needed]
    assert all(words(locale).fields[field].how for field in needed)


def test_french_typography_is_kept() -> None:
    texts = [text for _, text in flat(msgspec.to_builtins(words("fr")))]
    assert not [text for text in texts if " ?" in text or " ;" in text or "« " in text or "'" in text]
