"""Every text of a playbook with its place, so that one rule can judge them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import Command, Lines, ModelSpec, StepSpec, Text, TopicSpec

Kind = Literal["title", "short", "button", "sentence", "line", "answer", "phrase", "command", "menu", "word"]
Holes = Literal["none", "case", "value"]


class Piece(msgspec.Struct, frozen=True):
    """One text in both languages: the table and key where it stands, what it is, what may fill its holes.

    `holes`: `case` for what `fill` knows, `value` for a fact's own words, `none` where nothing is filled.
    """

    key: str
    where: str
    kind: Kind
    holes: Holes
    fr: tuple[str, ...]
    en: tuple[str, ...]


def pieces(playbook: Playbook) -> Iterator[Piece]:
    """All texts of all tables."""
    for cause in playbook.causes.values():
        key = f"cause:{cause.id}"
        yield _piece(key, "title", cause.title, "title")
        yield _piece(key, "explanation", cause.explanation, "sentence")
    for fact in playbook.facts.values():
        key = f"fact:{fact.id}"
        yield _piece(key, "title", fact.title, "title")
        for value, text in fact.values.items():
            yield _piece(key, f"values.{value}", text, "sentence", "value")
    for symptom in playbook.symptoms.values():
        key = f"symptom:{symptom.id}"
        yield _piece(key, "title", symptom.title, "title")
        yield _piece(key, "short", symptom.short or symptom.title, "short" if symptom.short else "title")
    for name, text in playbook.words.items():
        yield _piece(f"words:{name}", "text", text, "word", "value")
    yield from (piece for step in playbook.steps.values() for piece in _step(step))
    yield from (piece for model in playbook.models.values() for piece in _model(model))
    yield from (piece for topic in playbook.topics.values() for piece in _topic(topic))


def _step(step: StepSpec) -> Iterator[Piece]:
    key = f"step:{step.id}"
    yield _piece(key, "title", step.title, "title", "case")
    yield _piece(key, "why", step.why, "sentence", "case")
    yield _lines(key, "body", step.body, "line")
    if step.caution is not None:
        yield _piece(key, "caution", step.caution, "sentence", "case")
    for value, text in step.choices.items():
        yield _piece(key, f"choices.{value}", text, "button")
    yield from _commands(key, step.commands)


def _model(model: ModelSpec) -> Iterator[Piece]:
    key = f"model:{model.id}"
    for name, text in model.texts.items():
        yield _piece(key, f"texts.{name}", text, "word")
    for path in model.menu:
        yield _piece(key, f"menu.{path.id}", path.path, "menu")


def _topic(topic: TopicSpec) -> Iterator[Piece]:
    key = f"topic:{topic.id}"
    yield _piece(key, "title", topic.title, "title")
    yield _lines(key, "answer", topic.answer, "answer")
    yield _lines(key, "phrases", topic.phrases, "phrase", "none")
    yield from _commands(key, topic.commands)


def _commands(key: str, commands: Iterable[Command]) -> Iterator[Piece]:
    for number, command in enumerate(commands, 1):
        where = f"commands.{number}"
        yield Piece(key, where, "command", "case", (command.text,), (command.text,))
        if command.shows is not None:
            yield _piece(key, f"{where}.shows", command.shows, "sentence", "case")


def _piece(key: str, where: str, text: Text, kind: Kind, holes: Holes = "none") -> Piece:
    return Piece(key, where, kind, holes, (text.fr,), (text.en,))


def _lines(key: str, where: str, lines: Lines, kind: Kind, holes: Holes = "case") -> Piece:
    return Piece(key, where, kind, holes, lines.fr, lines.en)
