from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from bot.domain.case import JobKind, Stage
from bot.domain.diagnosis import LOCALES, Locale, Outcome, Who
from bot.domain.fact import Source
from bot.domain.verb import Verb
from bot.domain.views import CheckState
from bot.errors import ConfigurationError
from cards.texts import check_same, ids, parse, placeholders, text, word

FOLDER = Path(__file__).parents[2] / "cards"


def raw(locale: Locale) -> dict[str, str]:
    return parse((FOLDER / "texts" / f"{locale}.toml").read_text(encoding="utf-8"))


def test_placeholder_is_filled_in() -> None:
    assert text("fr", "say.agent_claimed", name="Paul").startswith("Paul, du support")


def test_missing_placeholder_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        text("en", "say.agent_claimed")


def test_unknown_id_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"say\.nothing_such"):
        text("en", "say.nothing_such")


def test_braces_in_a_value_stay_words() -> None:
    assert "{case}" in text("en", "say.file_empty", name="{case}")


def test_languages_share_ids_and_placeholders() -> None:
    check_same(raw("fr"), raw("en"))
    assert ids() == raw("fr").keys()


@pytest.mark.parametrize(("one", "other"), [({"a": "x"}, {}), ({"a": "{n} x"}, {"a": "x"})])
def test_languages_that_differ_are_refused(one: dict[str, str], other: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="differ between languages: a"):
        check_same(one, other)


def test_text_that_is_no_string_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"say\.count is not a string"):
        parse("[say]\ncount = 3")


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_plain_names(locale: Locale) -> None:
    names = {name for template in raw(locale).values() for name in placeholders(template)}
    assert all(re.fullmatch(r"[a-z]+", name) for name in names)


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_hold_no_markdown(locale: Locale) -> None:
    assert not [text_id for text_id, words in raw(locale).items() if re.search(r"[*_`\[\]<>]|^[-#]", words)]


def test_french_punctuation_never_starts_a_line() -> None:
    assert not [text_id for text_id, words in raw("fr").items() if re.search(r" [:;?!»]|« ", words)]


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("button", Verb),
        ("source", Source),
        ("state", CheckState),
        ("stage", Stage),
        ("who", get_args(Who)),
        ("job", get_args(JobKind)),
        ("outcome", get_args(Outcome)),
    ],
)
def test_every_name_has_its_words(family: str, names: Iterable[str]) -> None:
    assert {f"{family}.{name}" for name in names} <= ids()


@pytest.mark.parametrize(
    ("name", "shown"), [("helpdesk", "With the helpdesk"), ("Almost done", "Almost done")]
)
def test_word_takes_names_and_words(name: str, shown: str) -> None:
    assert word("en", "stage", name) == shown


def _ids_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    families = {text_id.split(".")[0] for text_id in ids()}
    return {s for s in strings if re.fullmatch(rf"({'|'.join(families)})\.[a-z_]+", s)}


def test_sentences_told_by_dialogs_exist() -> None:
    told = {text_id for file in (FOLDER.parent / "dialogs").glob("*.py") for text_id in _ids_in(file)}
    assert {text_id for text_id in told if text_id.startswith("say.")}
    assert told <= ids()


def test_ids_named_in_code_exist() -> None:
    named = {text_id for file in FOLDER.glob("*.py") for text_id in _ids_in(file)}
    assert len(named) > 50
    assert named <= ids()
