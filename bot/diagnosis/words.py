"""The playbook in words: titles, evidence sentences and answers, in French or English."""

from __future__ import annotations

from typing import Final

from bot.diagnosis.playbook import ENORMOUS, SILENT, Playbook
from bot.diagnosis.spec import FactSpec, Text
from bot.domain.diagnosis import Locale
from bot.domain.fact import UNKNOWN, Fact, Value

SPACE: Final = "\u00a0"


class Words:
    """Looks up every word that the playbook has for an id; an id that it does not know is shown as it is."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook

    def title(self, locale: Locale, any_id: str) -> str:
        """The title of a symptom, cause, fact or step."""
        book = self._playbook
        for table in (book.causes, book.steps, book.facts, book.symptoms):
            spec = table.get(any_id)
            if spec:
                return spec.title.to(locale)
        return any_id

    def explanation(self, locale: Locale, cause_id: str) -> str:
        """What a cause means, in one sentence; empty for an unknown id."""
        cause = self._playbook.causes.get(cause_id)
        return cause.explanation.to(locale) if cause else ""

    def answer(self, locale: Locale, step_id: str, value: str) -> str:
        """What a button with this answer says."""
        step = self._playbook.step(step_id)
        choice = step.choices.get(value) if step else None
        return choice.to(locale) if choice else value

    def evidence(self, locale: Locale, fact: Fact) -> str:
        """A fact as a sentence (« Le DNS du site ne trouve pas les services Microsoft »)."""
        spec = self._playbook.facts.get(fact.id)
        if spec is None:
            return f"{fact.id}{SPACE}: {fact.value}" if locale == "fr" else f"{fact.id}: {fact.value}"
        text = self._sentence(spec, fact)
        return (
            text.to(locale)
            .replace("{title}", spec.title.to(locale))
            .replace("{amount}", amount(locale, fact.value))
            .replace("{value}", str(fact.value))
        )

    def _sentence(self, spec: FactSpec, fact: Fact) -> Text:
        if fact.value in SILENT:
            return self._playbook.words[str(fact.value)]
        word = self._playbook.bucket(fact)
        if word is None:
            return self._playbook.words[UNKNOWN]
        if word in spec.values:
            return spec.values[word]
        return spec.values["ahead" if isinstance(fact.value, int | float) and fact.value > 0 else "behind"]


def amount(locale: Locale, seconds: Value) -> str:
    """A length of time as people say it: 0,2 s, 45 s, 7 min, 2 h 05, 3 d."""
    if isinstance(seconds, str) or seconds != seconds:
        return str(seconds)
    size = min(abs(seconds), ENORMOUS)
    if size < 9.95:
        text = f"{size:.1f}".removesuffix(".0")
        return (text.replace(".", ",") if locale == "fr" else text) + f"{SPACE}s"
    if size < 90:
        return f"{size:.0f}{SPACE}s"
    minutes = round(size / 60)
    if minutes < 90:
        return f"{minutes}{SPACE}min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours}{SPACE}h" + (f"{SPACE}{rest:02}" if rest else "")
    days = round(minutes / 1440)
    return f"{days}{SPACE}{'j' if locale == 'fr' else 'd'}"
