"""Matching of phrases in what people type: accents, case, typing errors, words in between, negations."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from rapidfuzz import fuzz

from bot.domain.diagnosis import LOCALES, Locale

FOLDER: Final = Path(__file__).parent / "phrases"
BREAK: Final = "|"
MOST_WORDS: Final = 150
GAP: Final = 3
ALIKE: Final = 82.0
SHORTEST_FUZZY: Final = 5

Tokens = tuple[str, ...]

_APOSTROPHES: Final = re.compile(r"['’‘ʼ`]")
_NOT: Final = re.compile(r"n['’‘ʼ`]t\b")
_END: Final = re.compile(r"[,;:!?()\[\]\n«»\"“”…]|\.(?!\w)|\s[-–—]\s")
_WORD: Final = re.compile(r"[a-z0-9]+|\|")


class _Symptom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    phrases: tuple[str, ...]


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    value: str
    phrases: tuple[str, ...]
    negated: str | None = None


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people write in one language, as its TOML file lists it."""

    locale: Locale
    stopwords: frozenset[str]
    negations: frozenset[str]
    breaks: frozenset[str]
    phone: tuple[str, ...]
    elsewhere: tuple[str, ...]
    computer: tuple[str, ...]
    trouble: tuple[str, ...]
    symptom: tuple[_Symptom, ...]
    fact: tuple[_Fact, ...]


class Match(msgspec.Struct, frozen=True):
    """Where a phrase was found, how well (0 to 1), and whether it is negated."""

    start: int
    end: int
    score: float
    negated: bool


@cache
def phrases(locale: Locale) -> Phrases:
    """The phrases of a language (read once)."""
    return msgspec.convert(tomllib.loads((FOLDER / f"{locale}.toml").read_text("utf-8")), Phrases)


def all_phrases() -> tuple[Phrases, ...]:
    """The phrases of every language: people mix them, and the phone's own words are English."""
    return tuple(phrases(locale) for locale in LOCALES)


@cache
def _negations() -> frozenset[str]:
    """Of every language: « n'affiche plus “No internet” »."""
    return frozenset().union(*(language.negations for language in all_phrases()))


def words(text: str) -> Tokens:
    """A text as plain lower-case words; `|` stands where a clause ends."""
    spaced = _APOSTROPHES.sub(" ", _NOT.sub("nt ", _fold(text)))
    return tuple(_WORD.findall(_END.sub(" | ", spaced)))[:MOST_WORDS]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _wanted(phrase: str) -> Tokens:
    return tuple(word for word in words(phrase) if word != BREAK)


class Text:
    """A text in which phrases are looked for."""

    def __init__(self, text: str) -> None:
        self.words = words(text)
        self._found: dict[str, dict[int, float]] = {}

    def best(self, several: Iterable[str], language: Phrases) -> Match | None:
        """The best match of any phrase; one that is not negated is preferred."""
        found = [match for phrase in several if (match := self.find(phrase, language))]
        return max(found, key=lambda m: (not m.negated, m.score), default=None)

    def find(self, phrase: str, language: Phrases) -> Match | None:
        """The best match of one phrase."""
        return max(self.every(phrase, language), key=lambda m: (not m.negated, m.score), default=None)

    def every(self, phrase: str, language: Phrases) -> list[Match]:
        """Every match of one phrase."""
        wanted = _wanted(phrase)
        starts = self._places(wanted[0]) if wanted else ()
        return [match for start in starts if (match := self._follow(wanted, start, language))]

    def _follow(self, wanted: Tokens, start: int, language: Phrases) -> Match | None:
        """The words of a phrase in order from `start`, with at most `GAP` others between two of them."""
        taken, total = [start], self._places(wanted[0])[start]
        for word in wanted[1:]:
            place = self._next(word, taken[-1] + 1)
            if place is None:
                return None
            total += self._places(word)[place]
            taken.append(place)
        skipped = taken[-1] - start + 1 - len(taken)
        score = total / len(wanted) - 0.04 * skipped
        return Match(start, taken[-1] + 1, score, self._negated(taken, language))

    def _next(self, word: str, first: int) -> int | None:
        for place in range(first, min(first + GAP + 1, len(self.words))):
            if self.words[place] == BREAK:
                return None
            if place in self._places(word):
                return place
        return None

    def _places(self, wanted: str) -> dict[int, float]:
        """Where a word stands, and how alike it is there."""
        if wanted not in self._found:
            alike = ((i, _similar(wanted, word)) for i, word in enumerate(self.words))
            self._found[wanted] = {i: score for i, score in alike if score}
        return self._found[wanted]

    def _negated(self, taken: Sequence[int], language: Phrases) -> bool:
        """A negation among the words skipped, just before, or (French « ne … pas ») just after."""
        skipped = [self.words[i] for i in range(taken[0], taken[-1]) if i not in taken]
        before = self._before(taken[0], language)
        after = self.words[taken[-1] + 1 : taken[-1] + 2] if {"ne", "n"} & {*before, *skipped} else ()
        return any(word in _negations() for word in (*skipped, *before, *after))

    def _before(self, start: int, language: Phrases) -> list[str]:
        found: list[str] = []
        for word in reversed(self.words[max(0, start - 2) : start]):
            if word == BREAK or word in language.breaks:
                break
            found.append(word)
        return found


def _similar(wanted: str, word: str) -> float:
    """1 for the same word, somewhat less for a typing error (never in the first letter), 0 for another word."""
    if wanted == word:
        return 1.0
    if min(len(wanted), len(word)) < SHORTEST_FUZZY or wanted[0] != word[0]:
        return 0.0
    return fuzz.ratio(wanted, word, score_cutoff=ALIKE) / 100
