"""Facts and steps in words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.playbook import load
from bot.diagnosis.words import Words, amount
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Value

words = Words(load())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_titles_exist_for_every_id() -> None:
    book = load()
    for any_id in (*book.causes, *book.steps, *book.facts, *book.symptoms):
        for locale in LOCALES:
            assert words.title(locale, any_id) not in {"", any_id}


def test_unknown_id_is_shown_as_is() -> None:
    assert words.title("fr", "act.gone") == "act.gone"
    assert words.explanation("fr", "gone") == ""
    assert plain(words.evidence("fr", Fact(id="gone", value="x"))) == "gone : x"


@pytest.mark.parametrize(
    ("locale", "fact", "value", "sentence"),
    [
        ("fr", "dns", "fail", "Le DNS du site ne trouve pas les services Microsoft"),
        ("en", "dns", "fail", "The site's DNS does not find Microsoft's services"),
        ("fr", "clock_offset_s", -420, "L’horloge du téléphone a 7 min de retard"),
        ("en", "clock_offset_s", 420, "The phone's clock is 7 min fast"),
        ("fr", "ntp.offset_s", 0.21, "Le serveur de temps du site est juste (écart 0,2 s)"),
        ("fr", "phone.firmware", "7.1.3.0991", "Le logiciel du téléphone (7.1.3.0991) est très ancien"),
        ("fr", "dns", "unknown", "DNS du site : pas vérifié"),
        ("en", "udp3478", "inconclusive", "Way out for voice (UDP 3478): the measurement proves nothing"),
    ],
)
def test_fact_reads_as_a_sentence(locale: Locale, fact: str, value: Value, sentence: str) -> None:
    assert plain(words.evidence(locale, Fact(id=fact, value=value))) == sentence


def test_every_value_has_its_sentence() -> None:
    for i, kind in VOCABULARY.items():
        values: tuple[Value, ...] = (*kind.values, UNKNOWN, -5, 5000, "9.0.0.10460")
        for value in values:
            for locale in LOCALES:
                sentence = words.evidence(locale, Fact(id=i, value=value))
                assert sentence
                assert "{" not in sentence


def test_choices_are_read_in_words() -> None:
    assert words.answer("fr", "ask.scope", "one") == "Moi seulement"
    assert words.answer("en", "ask.scope", "none") == "none"


@pytest.mark.parametrize(
    ("seconds", "french"),
    [
        (0, "0 s"),
        (0.25, "0,2 s"),
        (45, "45 s"),
        (-420, "7 min"),
        (7500, "2 h 05"),
        (7200, "2 h"),
        (260_000, "3 j"),
        (math.nan, "nan"),
    ],
)
def test_length_of_time_is_readable(seconds: float, french: str) -> None:
    assert plain(amount("fr", seconds)) == french


@given(st.one_of(st.integers(), st.floats(), st.text()))
def test_any_value_can_be_said(value: Value) -> None:
    for fact in ("clock_offset_s", "phone.firmware", "dns"):
        assert words.evidence("fr", Fact(id=fact, value=value))
