"""What a text means: its words as concepts, rewritten by the grammar, searched for symptoms and facts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import msgspec

from bot.diagnosis.grammar import Alphabet, rewrite
from bot.diagnosis.phrases import FOLDER, MADE, concepts, lexicon
from bot.diagnosis.tokens import STOP

GRAMMAR: Final = FOLDER / "grammar.toml"


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: str
    patterns: tuple[str, ...]


class _Symptom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    sure: float
    patterns: tuple[str, ...]


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    value: str
    patterns: tuple[str, ...]


class Grammar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of `grammar.toml`, in the order in which they apply."""

    nophone: tuple[str, ...]
    classes: dict[str, str]
    rule: tuple[_Rule, ...]
    symptom: tuple[_Symptom, ...]
    fact: tuple[_Fact, ...]


class Meaning(msgspec.Struct, frozen=True):
    """A text as a string of concepts, and how well its words were spelt (0 to 1)."""

    text: str
    alike: float

    def has(self, *names: str) -> bool:
        """True when one of these concepts is left in the text."""
        return any(_alphabet().char(name) in self.text for name in names)

    def without(self, *names: str) -> Meaning:
        """The sentences in which none of these concepts is left."""
        gone = "".join(_alphabet().char(name) for name in names)
        kept = (one for one in self.text.split(STOP) if not set(one) & set(gone))
        return Meaning(STOP.join(kept), self.alike)

    def denies_the_phone(self) -> bool:
        """True when it says that the desk phone is not the matter."""
        return _matches(grammar().nophone, self.text)


@cache
def grammar() -> Grammar:
    """The grammar (read once)."""
    return msgspec.convert(tomllib.loads(GRAMMAR.read_text("utf-8")), Grammar)


@cache
def _alphabet() -> Alphabet:
    made = (rule.to for rule in grammar().rule)
    return Alphabet((*concepts(), *MADE, *made), grammar().classes)


@cache
def _patterns(sources: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(_alphabet().pattern(source) for source in sources)


def understand(written: Sequence[str], languages: tuple[str, ...]) -> Meaning:
    """The meaning of a tokenised text, read with the lexicons of these languages."""
    reading = lexicon(languages).read(written)
    text = "".join(_alphabet().char(name) for name in reading.concepts)
    for rule in grammar().rule:
        char = _alphabet().char(rule.to)
        for pattern in _patterns(rule.patterns):
            text = rewrite(text, pattern, char)
    return Meaning(text, reading.alike)


def stated(meaning: Meaning) -> dict[str, str]:
    """The facts that a text states; of two values the one listed first."""
    found: dict[str, str] = {}
    for entry in grammar().fact:
        if entry.id not in found and _matches(entry.patterns, meaning.text):
            found[entry.id] = entry.value
    return found


def complaints(meaning: Meaning) -> Iterator[tuple[str, float]]:
    """The symptoms that a text names, in the order of the vocabulary, and how sure each is."""
    for entry in grammar().symptom:
        if _matches(entry.patterns, meaning.text):
            yield entry.id, entry.sure


def spelt_out(meaning: Meaning) -> str:
    """The concepts of a text by name, for whoever writes rules."""
    return " ".join(_alphabet().names(meaning.text))


def _matches(sources: tuple[str, ...], text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns(sources))
