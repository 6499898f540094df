"""The words that people use, and what they mean: `phrases/*.toml`.

One file for each language lists words by concept; `grammar.toml` says what concepts mean together and is
the same for all languages. Two languages of full support, others as far as their short lists go.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import msgspec

from bot.diagnosis.grammar import OTHER
from bot.diagnosis.spelling import Meant, Spelling
from bot.diagnosis.tokens import COMMA, NUMBER, STOP, tokens

FOLDER: Final = Path(__file__).parent / "phrases"
LANGUAGES: Final = ("fr", "en", "es", "de", "it", "pt", "nl")
DIGIT: Final = "digit"
YEAR: Final = "year"
DOTTED: Final = "dotted"
MADE: Final = (DIGIT, YEAR, DOTTED)
_YEARS: Final = range(1970, 2100)
MOST_ODD: Final = 40

_ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "fr": ("e", "es", "ent", "er", "ez", "ee", "ees", "ait", "aient", "ons", "era", "ant"),
    "en": ("", "s", "ed", "ing"),
}

Phrase = tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people write in one language, as its TOML file lists it."""

    locale: str
    small: str
    plain: str
    words: dict[str, tuple[str, ...]]
    expand: dict[str, str] = {}


class Reading(msgspec.Struct, frozen=True):
    """A text as concepts, and how well its words were spelt (0 to 1)."""

    concepts: tuple[str, ...]
    alike: float


@cache
def words(language: str) -> Words:
    """The words of a language (read once)."""
    return msgspec.convert(tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")), Words)


@cache
def common(language: str) -> tuple[str, ...]:
    """Frequent words of a language that must not be taken for misspelt words of the lists."""
    listed = tomllib.loads((FOLDER / "common.toml").read_text("utf-8"))
    return tuple(str(listed.get(language, "")).split())


@cache
def concepts() -> tuple[str, ...]:
    """Every concept that some language has a word for."""
    return tuple(dict.fromkeys(name for language in LANGUAGES for name in words(language).words))


@cache
def familiar(language: str) -> frozenset[str]:
    """Single words by which a language is known."""
    listed = words(language)
    short = (phrase for several in listed.words.values() for phrase in several)
    single = (found[0] for phrase in short if len(found := _phrase(phrase.replace("~", "er"))) == 1)
    return frozenset(
        {*_phrase(listed.small), *_phrase(listed.plain), *common(language), *listed.expand, *single}
    )


class Lexicon:
    """The words of several languages; where two disagree, the first one is right."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._meaning: dict[Phrase, str | None] = {}
        self._lengths: dict[str, list[int]] = {}
        self._expand: dict[str, Phrase] = {}
        for language in languages:
            self._learn(words(language))
        for phrase in sorted(self._meaning, key=len, reverse=True):
            lengths = self._lengths.setdefault(phrase[0], [])
            if len(phrase) not in lengths:
                lengths.append(len(phrase))
        self._spellings = tuple(spelling(language) for language in languages)
        self._listed = frozenset(word for phrase in self._meaning for word in phrase)
        self.meant = lru_cache(maxsize=8192)(self._meant)

    def _learn(self, listed: Words) -> None:
        own: dict[Phrase, str | None] = {}
        for concept, several in listed.words.items():
            for phrase in several:
                for form in _forms(phrase, listed.locale):
                    own.setdefault(form, concept)
        for word in _phrase(listed.small):
            own.setdefault((word,), None)
        for word in (*_phrase(listed.plain), *common(listed.locale)):
            own.setdefault((word,), OTHER)
        for short, full in listed.expand.items():
            if (short,) not in self._meaning:
                self._expand.setdefault(short, tokens(full))
        for form, meaning in own.items():
            self._meaning.setdefault(form, meaning)

    def read(self, written: Sequence[str]) -> Reading:
        """The concepts of a tokenised text; words without any stand as `_`, small words not at all."""
        plain, scores = self._corrected(written)
        found: list[str] = []
        place = 0
        while place < len(plain):
            phrase = self._longest(plain, place)
            meaning = self._meaning[phrase] if phrase else _unknown(plain[place])
            if meaning:
                found.append(meaning)
            place += len(phrase) or 1
        return Reading(tuple(found), sum(scores) / len(scores) if scores else 1.0)

    def _longest(self, plain: Sequence[str], place: int) -> Phrase:
        for length in self._lengths.get(plain[place], ()):
            phrase = tuple(plain[place : place + length])
            if phrase in self._meaning:
                return phrase
        return ()

    def _corrected(self, written: Iterable[str]) -> tuple[list[str], list[float]]:
        plain: list[str] = []
        scores: list[float] = []
        odd: set[str] = set()
        for word in written:
            for part in self._expand.get(word, (word,)):
                if part in self._listed:
                    plain.append(part)
                    scores.append(1.0)
                    continue
                odd.add(part)
                meant = self.meant(part) if len(odd) <= MOST_ODD and part.isalpha() else None
                plain.extend(meant.words if meant else (part,))
                scores.extend((meant.alike,) if meant else ())
        return plain, scores

    def _meant(self, word: str) -> Meant | None:
        found = [meant for one in self._spellings if (meant := one.meant(word))]
        return max(found, key=lambda meant: meant.alike, default=None)


@cache
def spelling(language: str) -> Spelling:
    """The spelling of every word that a language lists (built once)."""
    listed = words(language)
    phrases = (form for several in listed.words.values() for one in several for form in _forms(one, language))
    full = (word for text in listed.expand.values() for word in tokens(text))
    single = (*_phrase(listed.small), *_phrase(listed.plain), *full)
    bystanders = common(language)
    return Spelling((*(word for phrase in phrases for word in phrase), *single), bystanders)


@cache
def lexicon(languages: tuple[str, ...]) -> Lexicon:
    """The lexicon of some languages, in order of weight (built once)."""
    return Lexicon(languages)


def _unknown(word: str) -> str:
    if word in {STOP, COMMA}:
        return word
    if not word.isdecimal():
        return OTHER
    if word == NUMBER:
        return DOTTED
    value = int(word[:5])
    return YEAR if value in _YEARS else DIGIT if 1 < value < 31 else OTHER


def _forms(phrase: str, language: str) -> tuple[Phrase, ...]:
    stem, inflected, rest = phrase.partition("~")
    if not inflected:
        return (_phrase(phrase),)
    endings = _ENDINGS[language]
    bare = stem.removesuffix("e") if language == "en" else stem
    written = ((bare if ending in {"ed", "ing"} else stem) + ending + rest for ending in endings)
    return tuple(_phrase(form) for form in written)


def _phrase(text: str) -> Phrase:
    return tuple(word for word in tokens(text) if word not in {STOP, COMMA})
