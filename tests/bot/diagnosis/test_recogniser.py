"""What people write, understood; `messages.toml` lists it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.playbook import load
from bot.diagnosis.recogniser import recognise, warm_up
from bot.domain.fact import VOCABULARY, Fact

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


@pytest.mark.parametrize(
    "text",
    [
        "rien à voir avec le téléphone : mon pc est lent",
        "My desk phone is fine, it's my computer that has no network",
        "Teams rame",
    ],
)
def test_other_device_is_told_apart(text: str) -> None:
    seen = recognise(text, "fr")
    assert (seen.symptom, seen.facts) == ("not_a_phone_problem", ())


def test_computer_in_passing_leaves_the_phone() -> None:
    seen = recognise("Mon PC et l'imprimante marchent. Le téléphone n'a plus de tonalité.", "fr")
    assert seen.symptom == "no_dial_tone"


def test_stated_subnet_outweighs_a_private_address() -> None:
    text = "No internet, 10.3.4.5, c'est le mauvais sous-réseau."
    assert Fact(id="phone.ip", value="wrong_subnet") in recognise(text, "fr").facts
    assert Fact(id="phone.ip", value="valid") in recognise(text, "fr", None, ("10.3.0.0/16",)).facts


def test_long_text_is_read_to_its_limit() -> None:
    text = "bonjour " * 1000 + "no internet"
    assert recognise(text, "fr").symptom is None


def test_warming_up_is_possible_twice() -> None:
    warm_up()
    warm_up()
    assert recognise("no internet", "fr").symptom == "no_internet_banner"


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(MESSAGES), max_size=4).map(
        lambda several: " ".join(str(m["text"]) for m in several)
    ),
)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_any_text_gives_a_sound_answer(text: str) -> None:
    seen = recognise(text, "fr", NOON)
    assert seen == recognise(text, "fr", NOON)
    assert 0 <= seen.confidence <= 1
    assert seen.symptom is None or seen.symptom in load().symptoms
    assert all(VOCABULARY[fact.id].accepts(fact.value) for fact in seen.facts)
    assert len({fact.id for fact in seen.facts}) == len(seen.facts)


@settings(max_examples=60, deadline=None)
@given(text=st.sampled_from([str(message["text"]) for message in MESSAGES]))
def test_layout_changes_no_fact(text: str) -> None:
    facts = recognise(text, "fr").facts
    assert recognise(text.upper(), "fr").facts == facts
    assert recognise(f"  {text.replace(' ', '  ')} ", "fr").facts == facts
    assert recognise(f"{text}\n{text}", "fr").facts == facts
