"""What a free text says: which symptom, which facts, in which language.

It never guesses a fact that is not stated: a missed one costs a question, a wrong one misleads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.diagnosis.phrases import Phrases, Text, all_phrases, words
from bot.diagnosis.readings import find_firmware, find_ip, nearest, read_time, seconds_of_day
from bot.domain.diagnosis import Locale, Recognition
from bot.domain.fact import Fact

NOT_A_PHONE: Final = "not_a_phone_problem"
OTHER_PROBLEM: Final = "other_phone_problem"
SURE_ENOUGH: Final = 0.8
LONGEST: Final = 4000

_SHOWN: Final = re.compile(
    r"\b(?:affiche|indique|marque|montre|shows?|says|displays?|reads)\s+(?:qu['’]il est |l['’]heure |it is )?"
    r"(?P<shown>\d{1,2}\s?[:h]\s?\d{2}(?:\s?[ap]m\b)?)"
    r"(?:.{0,12}?(?:au lieu de|alors qu['’]il est|mais il est|instead of|but it is|when it is)\s+"
    r"(?P<true>\d{1,2}\s?[:h]\s?\d{2}(?:\s?[ap]m\b)?))?",
    re.IGNORECASE,
)
_LATE: Final = re.compile(
    r"(?P<n>\d{1,4})\s?(?P<unit>min|minutes?|mn|h|heures?|hours?)\s+(?:de |d['’])?"
    r"(?P<way>retard|avance|late|slow|behind|fast|ahead)\b"
    r"|(?P<way2>retarde|avance)\s+de\s+(?P<n2>\d{1,4})\s?(?P<unit2>min|minutes?|mn|h|heures?)\b",
    re.IGNORECASE,
)
_FAST: Final = frozenset({"avance", "fast", "ahead"})


def recognise(
    text: str, locale: Locale, at: datetime | None = None, voice_subnets: Sequence[str] = ()
) -> Recognition:
    """What a text says; `locale` is that of the client, kept when the text does not tell.

    `at` is when it was written, in the phone's own time zone; without it a time of day says nothing
    unless the text also names the true one.
    """
    text = text[:LONGEST]
    seen = Text(text)
    facts = _facts(text, seen, at, voice_subnets)
    symptom, confidence = _symptom(seen, elsewhere=_elsewhere(seen, facts))
    return Recognition(
        symptom=symptom,
        confidence=round(confidence, 2),
        facts=() if symptom == NOT_A_PHONE else facts,
        locale=_language(seen, locale),
    )


def _elsewhere(seen: Text, facts: Iterable[Fact]) -> bool:
    """True when a computer is named, no phone, and nobody says that the computer is fine."""
    found = [seen.best(language.computer, language) for language in all_phrases()]
    named = any(match and match.score == 1 for match in found)
    fine = any(fact.id == "other_device_same_account" and fact.value == "works" for fact in facts)
    return named and not fine and not _about_a_phone(seen)


def _symptom(seen: Text, *, elsewhere: bool) -> tuple[str | None, float]:
    """Of several symptoms the first in the list counts; another device only if no phone is meant."""
    scores: dict[str, float] = {}
    order: list[str] = []
    for language in all_phrases():
        for entry in language.symptom:
            order.append(entry.id)
            match = seen.best(entry.phrases, language)
            if match and not match.negated and match.score >= SURE_ENOUGH:
                scores[entry.id] = max(match.score, scores.get(entry.id, 0.0))
    if NOT_A_PHONE in scores and not _about_a_phone(seen):
        return NOT_A_PHONE, scores[NOT_A_PHONE]
    first = next((i for i in order if i in scores and i != NOT_A_PHONE), None)
    if first:
        return (NOT_A_PHONE if elsewhere else first), scores[first]
    return _vague(seen)


def _vague(seen: Text) -> tuple[str | None, float]:
    """A phone and some trouble, but none that has a name."""
    trouble = any(seen.best(language.trouble, language) for language in all_phrases())
    return (OTHER_PROBLEM, 0.6) if trouble and _about_a_phone(seen) else (None, 0.0)


def _about_a_phone(seen: Text) -> bool:
    """True when a desk phone is named; a mobile phone is none."""
    mobile = {i for language in all_phrases() for i in _places(seen, language.elsewhere, language)}
    named = {i for language in all_phrases() for i in _places(seen, language.phone, language)}
    return bool(named - mobile)


def _places(seen: Text, several: Iterable[str], language: Phrases) -> Iterable[int]:
    for phrase in several:
        for match in seen.every(phrase, language):
            yield from range(match.start, match.end)


def _facts(text: str, seen: Text, at: datetime | None, voice_subnets: Sequence[str]) -> tuple[Fact, ...]:
    firmware = find_firmware(text)
    rest = text.replace(str(firmware.value), "") if firmware else text
    read = (firmware, find_ip(rest, voice_subnets), _clock(text, at))
    found = {fact.id: fact for fact in _stated(seen)} | {fact.id: fact for fact in read if fact}
    if "clock_offset_s" in found:
        found.pop("phone.time", None)
    return tuple(found[i] for i in sorted(found))


def _stated(seen: Text) -> Iterable[Fact]:
    """The best-matching value of each fact; later ones in the list only if they match better."""
    best: dict[str, tuple[float, str]] = {}
    for language in all_phrases():
        for entry in language.fact:
            match = seen.best(entry.phrases, language)
            value = entry.negated if match and match.negated else entry.value
            if match and value and match.score >= SURE_ENOUGH:
                length = match.score + 0.01 * (match.end - match.start)
                best[entry.id] = max(best.get(entry.id, (0.0, "")), (length, value))
    return [Fact(id=i, value=value) for i, (_, value) in best.items()]


def _clock(text: str, at: datetime | None) -> Fact | None:
    late = _LATE.search(text)
    if late:
        return Fact(id="clock_offset_s", value=_lateness(late))
    shown = _SHOWN.search(text)
    if shown is None:
        return None
    true = seconds_of_day(shown["true"]) if shown["true"] else None
    mine = seconds_of_day(shown["shown"])
    if true is not None and mine is not None:
        return Fact(id="clock_offset_s", value=nearest(mine - true))
    return read_time(shown["shown"], at) if at else None


def _lateness(found: re.Match[str]) -> int:
    number, unit = int(found["n"] or found["n2"]), (found["unit"] or found["unit2"]).casefold()
    seconds = number * (3600 if unit.startswith("h") else 60)
    return seconds if (found["way"] or found["way2"]).casefold() in _FAST else -seconds


def _language(seen: Text, locale: Locale) -> Locale:
    """The language with more of its small words, the phone's own English message left out."""
    banner = set(words("No internet. Emergency calls aren't supported"))
    own = [word for word in seen.words if word not in banner]
    counts = {p.locale: sum(word in p.stopwords for word in own) for p in all_phrases()}
    if counts["fr"] == counts["en"]:
        return locale
    return "fr" if counts["fr"] > counts["en"] else "en"
