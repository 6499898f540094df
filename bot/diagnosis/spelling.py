"""Typing errors: the known word that somebody meant.

Each distinct word of a text is looked up once. The index holds every known word with a letter or two
left out (Garbe's "symmetric delete"), so a look-up costs the same however many words are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec
from rapidfuzz.distance import OSA

SHORTEST: Final = 4
LONG: Final = 8
LONGEST: Final = 20
ELISIONS: Final = ("qu", "d", "l", "s", "j", "n", "m", "t", "c")
BY_SOUND: Final = 0.9
VOWELS: Final = frozenset("aeiouy")

_SOUNDS: Final = tuple(
    (re.compile(written), spoken)
    for written, spoken in (
        (r"ph", "f"),
        (r"qu|k|c(?![eiyh])", "k"),
        (r"c(?=[eiy])", "s"),
        (r"eau|au", "o"),
        (r"ai|ei|est$", "e"),
        (r"(?<!^)(?:ent|er|ez|ee|es|et|e|s|t|x|d|z)$", ""),
        (r"y", "i"),
        (r"z", "s"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
    )
)


class Meant(msgspec.Struct, frozen=True):
    """The known words that a written one stands for, and how alike they are (0 to 1)."""

    words: tuple[str, ...]
    alike: float


class Spelling:
    """Finds known words in misspelt ones; of two equally near, the one that was known first.

    Bystanders are known, but nothing is ever corrected into one.
    """

    def __init__(self, known: Iterable[str], bystanders: Iterable[str] = ()) -> None:
        self._rank = {word: rank for rank, word in enumerate(dict.fromkeys(known))}
        self._shortened: dict[str, list[str]] = {}
        self._sounds: dict[str, str] = {}
        self._bones: dict[str, str] = {}
        for word in self._rank:
            if len(word) >= SHORTEST:
                self._index(word)
        self._rank |= {word: len(self._rank) for word in bystanders if word not in self._rank}

    def knows(self, word: str) -> bool:
        """True when a word is spelt as it is listed."""
        return word in self._rank

    def _index(self, word: str) -> None:
        for short in _without(word):
            self._shortened.setdefault(short, []).append(word)
        self._sounds.setdefault(sound(word), word)
        self._bones.setdefault(bones(word), word)

    def meant(self, word: str) -> Meant | None:
        """What a word stands for; None when it is like nothing known."""
        if word in self._rank:
            return Meant((word,), 1.0)
        if not SHORTEST <= len(word) <= LONGEST:
            return self._glued(word)
        return (
            self._glued(word)
            or self._sounding(word)
            or self._nearest(word)
            or self._shorthand(word)
            or self._misspelt_glued(word)
        )

    def _nearest(self, word: str) -> Meant | None:
        near = {known for short in _without(word) for known in self._shortened.get(short, ())}
        allowed = 2 if len(word) >= LONG else 1
        rated = [(OSA.distance(word, known), word[0] != known[0], self._rank[known], known) for known in near]
        best = min((r for r in rated if r[0] <= _errors_allowed(r[3], allowed)), default=None)
        return Meant((best[3],), 1 - best[0] / max(len(word), len(best[3]))) if best else None

    def _sounding(self, word: str) -> Meant | None:
        key = sound(word)
        known = self._sounds.get(key) if len(key) >= SHORTEST - 1 else None
        return Meant((known,), BY_SOUND) if known else None

    def _shorthand(self, word: str) -> Meant | None:
        """A word of which vowels were left out (« tlphn », « brking »)."""
        key = bones(word)
        known = self._bones.get(key) if len(key) >= SHORTEST else None
        return Meant((known,), BY_SOUND) if known and len(known) > len(word) else None

    def _glued(self, word: str) -> Meant | None:
        """An article written together with its noun (« linternet »), or two words as one."""
        for elided in ELISIONS:
            rest = word.removeprefix(elided)
            if rest != word and len(rest) >= SHORTEST and rest in self._rank and rest[0] in "aeiouyh":
                return Meant((elided, rest), 0.95)
        for cut in range(3, len(word) - 2):
            if word[:cut] in self._rank and word[cut:] in self._rank:
                return Meant((word[:cut], word[cut:]), 0.95)
        return None

    def _misspelt_glued(self, word: str) -> Meant | None:
        for elided in ELISIONS:
            rest = word.removeprefix(elided)
            if rest != word and len(rest) > SHORTEST and rest[0] in "aeiouyh":
                found = self._sounding(rest) or self._nearest(rest)
                if found:
                    return Meant((elided, *found.words), found.alike * 0.95)
        return None


def sound(word: str) -> str:
    """How a word sounds, roughly, to a French ear: « telefone », « eure », « tonaliter »."""
    for written, spoken in _SOUNDS:
        word = written.sub(spoken, word)
    return word


def bones(word: str) -> str:
    """The first letter of a word and its consonants: what is left of it in shorthand."""
    return word[:1] + "".join(letter for letter in word[1:] if letter not in VOWELS)


def _errors_allowed(known: str, allowed: int) -> int:
    return min(allowed, 2 if len(known) >= LONG else 1)


def _without(word: str) -> set[str]:
    """The word itself, and with one letter left out; with two when it is long."""
    shorter = {word[:i] + word[i + 1 :] for i in range(len(word))}
    if len(word) >= LONG:
        shorter |= {one[:i] + one[i + 1 :] for one in shorter for i in range(len(one))}
    return shorter | {word}
