"""What people write, understood; `messages.toml` lists it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.recogniser import recognise
from bot.domain.fact import VOCABULARY

MESSAGES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "messages.toml").read_text("utf-8"))[
    "message"
]
NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message["text"])[:40])
def test_message_is_understood(message: dict[str, Any]) -> None:
    expected_locale = message.get("locale", "fr")
    seen = recognise(message["text"], "en" if expected_locale == "fr" else "fr")
    if "symptom" in message:
        assert (seen.symptom or "") == message["symptom"]
    if "facts" in message:
        assert {fact.id: fact.value for fact in seen.facts} == message["facts"]
    if "locale" in message:
        assert seen.locale == expected_locale


def test_banner_alone_keeps_the_locale() -> None:
    assert recognise("No internet. Emergency calls aren't supported", "fr").locale == "fr"
    assert recognise("No internet. Emergency calls aren't supported", "en").locale == "en"


def test_shown_time_needs_the_time_of_writing() -> None:
    text = "mon téléphone affiche 11:53"
    assert recognise(text, "fr").facts == ()
    assert [fact.value for fact in recognise(text, "fr", NOON).facts] == [-420]


def test_voice_subnets_decide_on_addresses() -> None:
    seen = recognise("son adresse est 10.9.9.9", "fr", voice_subnets=("10.20.0.0/16",))
    assert [fact.value for fact in seen.facts] == ["wrong_subnet"]


def test_clear_words_are_surer_than_typing_errors() -> None:
    clear, typo = recognise("no internet", "fr"), recognise("no internett", "fr")
    assert clear.confidence > typo.confidence > 0.8


@settings(max_examples=60, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(st.sampled_from(MESSAGES), max_size=4).map(
            lambda several: " ".join(str(m["text"]) for m in several)
        ),
    )
)
def test_any_text_gives_a_sound_answer(text: str) -> None:
    seen = recognise(text, "fr", NOON)
    assert 0 <= seen.confidence <= 1
    assert all(VOCABULARY[fact.id].accepts(fact.value) for fact in seen.facts)
    assert len({fact.id for fact in seen.facts}) == len(seen.facts)
