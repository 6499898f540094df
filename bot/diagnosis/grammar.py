"""What words mean together: patterns over concepts, the same for every language.

A text is a string with one private character for each concept, so that patterns are plain regular
expressions. Rewriting rules run first, in order (« not » and « work » become « fails »), as in a
cascade of finite-state transducers (Hobbs et al., FASTUS, 1996); then facts and symptoms are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.diagnosis.tokens import COMMA, STOP
from bot.errors import PlaybookInvalid

OTHER: Final = "_"
OUTCOME: Final = "outcome"
FIRST: Final = 0xE000

_SPECIAL: Final = {STOP: STOP, COMMA: COMMA, OTHER: OTHER}
_GAP: Final = {
    " ": f"([^{STOP}{COMMA}]{{0,2}}?)",
    ">": "()",
    "&": f"([^{STOP}{COMMA}]{{0,4}}?)",
    "..": f"([^{STOP}]{{0,9}}?)",
    "&&": f"([^{STOP}]{{0,9}}?)",
    "...": "(.{0,40}?)",
    "&&&": "(.{0,40}?)",
}
_UNORDERED: Final = ("&&&", "&&", "&")


class Alphabet:
    """One character for each concept."""

    def __init__(self, concepts: Iterable[str], classes: dict[str, str]) -> None:
        names = [name for name in dict.fromkeys(concepts) if name not in _SPECIAL]
        self._chars = _SPECIAL | {name: chr(FIRST + i) for i, name in enumerate(names)}
        self._names = {char: name for name, char in self._chars.items()}
        self._classes: dict[str, str] = {}
        for name, members in classes.items():
            self._classes[name] = self._members(members)
        self._gaps = _GAP | {"->": f"([^{STOP}{self._classes.get(OUTCOME, '')}]{{0,9}}?)"}

    def char(self, concept: str) -> str:
        """The character of a concept. Raises PlaybookInvalid when there is none."""
        if concept not in self._chars:
            raise PlaybookInvalid(f"unknown concept {concept}")
        return self._chars[concept]

    def names(self, text: str) -> list[str]:
        """The concepts of a string, for people."""
        return [self._names[char] for char in text]

    def _members(self, several: str) -> str:
        return "".join(self._classes.get(name) or self.char(name) for name in several.split("|"))

    def pattern(self, source: str) -> re.Pattern[str]:
        """A pattern compiled.

        Concepts with `|` between alternatives; a space lets two others stand between, `>` none, `..`
        nine with commas, `->` the same but no outcome, `...` forty with sentence ends. `&`, `&&` and
        `&&&` stand for four, nine and forty in either order. `!x` at the start or end: no x stands there.
        """
        for either in _UNORDERED:
            one, found, other = source.partition(f" {either} ")
            if found:
                gap = self._gaps[either]
                first, second = self._sequence(one), self._sequence(other)
                return re.compile(f"{first}{gap}{second}|{second}{gap}{first}", re.DOTALL)
        return re.compile(self._sequence(source), re.DOTALL)

    def _sequence(self, source: str) -> str:
        built, gap = "", ""
        for item in source.split():
            if item in self._gaps:
                gap = self._gaps[item]
            elif item.startswith("!"):
                built += f"(?{'!' if built else '<!'}[{self._members(item[1:])}])"
            else:
                built += (gap or self._gaps[" "] if built.endswith("]") else "") + f"[{self._members(item)}]"
                gap = ""
        return built


def rewrite(text: str, pattern: re.Pattern[str], char: str) -> str:
    """Each match becomes one character; what stood in its gaps is kept behind it."""
    return pattern.sub(lambda match: char + "".join(filter(None, match.groups())), text)
