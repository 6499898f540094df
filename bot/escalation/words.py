"""The ticket's own words in French and English; what a step or a fact is called comes from the playbook."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Protocol

import msgspec

from bot.domain.diagnosis import Locale
from bot.domain.fact import Fact


class Titles(Protocol):
    """The playbook's words in one language; an id that it does not know comes back in some readable form."""

    @property
    def locale(self) -> Locale:
        """The language of every answer."""
        ...

    def symptom(self, symptom: str) -> str:
        """What the phone shows or does."""
        ...

    def cause(self, cause: str) -> str:
        """The name of a cause."""
        ...

    def step(self, step: str) -> str:
        """What a step asks somebody to do."""
        ...

    def fact(self, fact: str) -> str:
        """What a fact is about, whatever its value."""
        ...

    def evidence(self, fact: Fact) -> str:
        """A fact with its value, as a sentence."""
        ...


class _Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    how: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every text of the ticket in one language."""

    sections: dict[str, str]
    fields: dict[str, _Field]
    says: dict[str, str]
    headers: dict[str, str]
    outcomes: dict[str, str]
    sources: dict[str, str]
    results: dict[str, str]
    failures: dict[str, str]
    reasons: dict[str, str]
    severities: dict[str, str]
    questions: dict[str, str]
    checklist: dict[str, str]


@cache
def words(locale: Locale) -> Words:
    """The texts of a language; read once. Raises `msgspec.ValidationError` when the file is wrong."""
    text = files("bot.escalation").joinpath("texts", f"{locale}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Words)
