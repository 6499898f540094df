"""Questions of the guide in people's own words: which topic a message asks about, if it asks about one.

A message that describes a fault or answers what was asked must never be taken for one, so either the
whole message is nearly a known question, or it has the form of a question and states nothing else.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import msgspec
from rapidfuzz import fuzz

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import TopicSpec
from bot.domain.diagnosis import LOCALES
from bot.domain.people import Role
from dialogs.commands import fold

Sureness = Literal["sure", "likely"]

# Content words alone say less than the whole wording does.
_CONTENT: Final = 0.95
_ENOUGH: Final = 2


class _Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sure: float
    likely: float
    longest: int


class _Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    starts: tuple[str, ...]
    politeness: tuple[str, ...]
    small: frozenset[str]


class _Helpdesk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    commands: tuple[str, ...]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limits: _Limits
    forms: _Forms
    helpdesk: _Helpdesk


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The topic that a message asks about, and whether that is beyond doubt."""

    topic: TopicSpec
    how: Sureness


@cache
def _data() -> _Data:
    text = files("dialogs").joinpath("questions.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Data)


def topics_for(book: Playbook, audience: Role) -> tuple[TopicSpec, ...]:
    """The topics meant for these readers, in the order of the playbook."""
    return tuple(topic for topic in book.topics.values() if audience in topic.audience)


def find(book: Playbook, text: str, audience: Role) -> Asked | None:
    """The topic that a message asks about; None when it is something else."""
    limits = _data().limits
    topics = topics_for(book, audience)
    said = _bare(text)
    if not topics or not said or len(text) > limits.longest:
        return None
    score, topic = max(((_score(said, topic), topic) for topic in topics), key=lambda one: one[0])
    if score >= limits.sure:
        return Asked(topic=topic, how="sure")
    return Asked(topic=topic, how="likely") if score >= limits.likely and is_question(text) else None


def is_question(text: str) -> bool:
    """True for what has the form of a question, with or without its mark."""
    return text.rstrip(" \u00a0»\"'").endswith("?") or any(
        f"{_bare(text)} ".startswith(f"{start} ") for start in _data().forms.starts
    )


def wanted_of_guide(text: str) -> str | None:
    """What an agent wants of the guide: the words after the command, empty for all of it; None for other words."""
    said = fold(text)
    for command in sorted(_data().helpdesk.commands, key=len, reverse=True):
        if said == command or said.startswith(f"{command} "):
            return said.removeprefix(command).strip()
    return None


def nearest(book: Playbook, words: str) -> TopicSpec | None:
    """The helpdesk's topic that a few words mean; None when they could mean none."""
    scored = [(_hint(words, topic), topic) for topic in topics_for(book, "helpdesk")]
    score, topic = max(scored, key=lambda one: one[0], default=(0.0, None))
    return topic if score >= _data().limits.likely else None


def _hint(words: str, topic: TopicSpec) -> float:
    return max(fuzz.partial_ratio(words, wording) for wording in (*_wordings(topic), fold(topic.id)))


@cache
def _wordings(topic: TopicSpec) -> tuple[str, ...]:
    given = [wording for locale in LOCALES for wording in (topic.title.to(locale), *topic.phrases.to(locale))]
    return tuple(dict.fromkeys(filter(None, map(fold, given))))


def _bare(text: str) -> str:
    """The message without greetings and thanks."""
    said = f" {fold(text)} "
    for words in sorted(_data().forms.politeness, key=len, reverse=True):
        said = said.replace(f" {words} ", " ")
    return " ".join(said.split())


def _score(said: str, topic: TopicSpec) -> float:
    return max((_alike(said, wording) for wording in _wordings(topic)), default=0.0)


def _alike(said: str, wording: str) -> float:
    whole = max(fuzz.ratio(said, wording), fuzz.token_sort_ratio(said, wording))
    mine, theirs = _content(said), _content(wording)
    if min(len(mine), len(theirs)) < _ENOUGH:
        return whole
    return max(whole, _CONTENT * fuzz.token_sort_ratio(" ".join(mine), " ".join(theirs)))


def _content(said: str) -> tuple[str, ...]:
    return tuple(word for word in said.split() if word not in _data().forms.small)
