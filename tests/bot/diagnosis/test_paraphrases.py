"""Families of wording: what is understood in one wording is understood in others."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from bot.diagnosis.recogniser import recognise
from bot.domain.diagnosis import Locale
from bot.domain.fact import Value

FILE = Path(__file__).parent / "paraphrases.toml"
UNLABELLED = "clock_offset_s"


class Said(msgspec.Struct, frozen=True):
    id: str
    value: Value


class Message(msgspec.Struct, frozen=True):
    text: str
    locale: Locale
    symptom: str
    facts: tuple[Said, ...]


class Paraphrases(msgspec.Struct, frozen=True):
    message: tuple[Message, ...]


MESSAGES = msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), Paraphrases).message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.text[:60])
def test_other_words_mean_the_same(message: Message) -> None:
    seen = recognise(message.text, message.locale)
    assert (seen.symptom or "") == message.symptom
    assert {(fact.id, fact.value) for fact in seen.facts if fact.id != UNLABELLED} == {
        (fact.id, fact.value) for fact in message.facts
    }
