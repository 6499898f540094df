"""Which language a message is written in; the phone's own English banner does not count.

People are answered in French or in English, whatever they write in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from bot.diagnosis.phrases import LANGUAGES, familiar
from bot.diagnosis.tokens import COMMA, STOP, tokens
from bot.domain.diagnosis import Locale

_BANNER: Final = frozenset(tokens("No internet. Emergency calls aren't supported"))
_LEAD: Final = 2


def spoken(written: Sequence[str]) -> str | None:
    """The language with most of its words in a text; None when French and English are level.

    A language other than these two needs a clear lead: its lists are short and share words with theirs.
    """
    own = set(written) - _BANNER - {STOP, COMMA}
    known = Counter(language for word in own for language in _spoken_in().get(word, ()))
    counts = {language: known[language] for language in LANGUAGES}
    main = max(counts["fr"], counts["en"])
    other = max(LANGUAGES[2:], key=lambda language: counts[language])
    lead = 1 if len(own) < 2 * _LEAD + 1 else _LEAD
    if counts[other] >= main + lead:
        return other
    if counts["fr"] == counts["en"]:
        return None
    return "fr" if counts["fr"] > counts["en"] else "en"


@cache
def _spoken_in() -> dict[str, tuple[str, ...]]:
    """For each word the languages that list it."""
    known = {language: familiar(language) for language in LANGUAGES}
    every = frozenset().union(*known.values())
    return {word: tuple(language for language in LANGUAGES if word in known[language]) for word in every}


def order(language: str) -> tuple[str, ...]:
    """The lexicons to read a text with: its own language first, then those of the phone and of the firm."""
    return ("fr", "en") if language == "fr" else ("en", "fr") if language == "en" else (language, "en", "fr")


def answered_in(language: str) -> Locale:
    """The language of the answer: English for all but French."""
    return "fr" if language == "fr" else "en"
