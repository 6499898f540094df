"""The playbook's words for a ticket; an old case may name what a newer playbook no longer has."""

from __future__ import annotations

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.words import Words
from bot.domain.diagnosis import Locale
from bot.domain.fact import Fact


class PlaybookTitles:
    """`Titles` from a playbook, in one language; what the playbook does not know keeps its id."""

    def __init__(self, playbook: Playbook, locale: Locale) -> None:
        self._words = Words(playbook)
        self._locale: Locale = locale

    @property
    def locale(self) -> Locale:
        """The language of every answer."""
        return self._locale

    def symptom(self, symptom: str) -> str:
        """The title of a symptom."""
        return self._words.title(self._locale, symptom)

    def cause(self, cause: str) -> str:
        """The title of a cause."""
        return self._words.title(self._locale, cause)

    def step(self, step: str) -> str:
        """The title of a step."""
        return self._words.title(self._locale, step)

    def fact(self, fact: str) -> str:
        """The title of a fact."""
        return self._words.title(self._locale, fact)

    def evidence(self, fact: Fact) -> str:
        """A fact with its value, as a sentence."""
        return self._words.evidence(self._locale, fact)
