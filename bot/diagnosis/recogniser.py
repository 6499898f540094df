"""What a free text says: which symptom, which facts, in which language.

It never guesses a fact that is not stated: a missed one costs a question, a wrong one misleads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.diagnosis.language import answered_in, order, spoken
from bot.diagnosis.meaning import Meaning, complaints, stated, understand
from bot.diagnosis.phrases import LANGUAGES
from bot.diagnosis.readings import find_clock, find_firmware, find_ip
from bot.diagnosis.tokens import once, tokens
from bot.domain.diagnosis import Locale, Recognition
from bot.domain.fact import Fact

NOT_A_PHONE: Final = "not_a_phone_problem"
OTHER_PROBLEM: Final = "other_phone_problem"
ADDRESS: Final = "phone.ip"
WRONG_SUBNET: Final = "wrong_subnet"
ELSEWHERE: Final = ("pc", "pcnet", "mobile", "gadget")
DESK_PHONE: Final = ("phone", "phonenot", "bothdevices")
TROUBLE: Final = ("problem", "fails", "question", "not", "nothing")
OTHER_DEVICE: Final = "other_device_same_account"
LONGEST: Final = 4000

_SPACES: Final = re.compile(r"[^\S\n]+")


def recognise(
    text: str, locale: Locale, at: datetime | None = None, voice_subnets: Sequence[str] = ()
) -> Recognition:
    """What a text says; `locale` is that of the client, kept when the text does not tell.

    `at` is when it was written, in the phone's own time zone; without it a time of day says nothing
    unless the text also names the true one. Where no subnets are known, "the wrong subnet" is taken at its word.
    """
    text = _SPACES.sub(" ", text[:LONGEST])
    written = once(tokens(text))
    language = spoken(written) or locale
    meaning = understand(written, order(language))
    facts = stated(meaning)
    symptom, sure = _symptom(meaning, facts)
    read = _readings(text, at, voice_subnets)
    if facts.get(ADDRESS) == WRONG_SUBNET and not voice_subnets:
        read.pop(ADDRESS, None)
    known = {i: Fact(id=i, value=value) for i, value in facts.items()} | read
    return Recognition(
        symptom=symptom,
        confidence=round(sure * (0.5 + meaning.alike / 2), 2),
        facts=() if symptom == NOT_A_PHONE else tuple(known[i] for i in sorted(known)),
        locale=answered_in(language),
    )


def warm_up() -> None:
    """Reads and compiles all word lists, so that the first message is no slower than the next."""
    for language in LANGUAGES:
        stated(understand(("bonjour",), order(language)))
    recognise("bonjour", "fr")


def _readings(text: str, at: datetime | None, voice_subnets: Sequence[str]) -> dict[str, Fact]:
    firmware = find_firmware(text)
    rest = text.replace(str(firmware.value), "") if firmware else text
    read = (firmware, find_ip(rest, voice_subnets), find_clock(text, at))
    return {fact.id: fact for fact in read if fact}


def _symptom(meaning: Meaning, facts: dict[str, str]) -> tuple[str | None, float]:
    """Of several symptoms the first in the list counts; another device only if no phone is meant."""
    found = next(complaints(meaning), None)
    if not meaning.has(*ELSEWHERE, "teams"):
        return found or _vague(meaning)
    if meaning.denies_the_phone():
        return _elsewhere(meaning, found)
    compared = facts.get(OTHER_DEVICE) == "works" or (OTHER_DEVICE in facts and meaning.has("also", "nor"))
    if meaning.has(*DESK_PHONE) or (found and compared):
        return found or _vague(meaning)
    return next(complaints(meaning.without(*ELSEWHERE, "teams")), None) or _elsewhere(meaning, found)


def _elsewhere(meaning: Meaning, found: tuple[str, float] | None) -> tuple[str | None, float]:
    """A computer, a mobile or another thing of the office, and no desk phone."""
    if meaning.has("feature") and not meaning.has("pc", "gadget", "teams"):
        return _vague(meaning)
    if meaning.has(*ELSEWHERE) or found or meaning.has("problem", "fails", "question", "not", "cannot"):
        return NOT_A_PHONE, 0.9
    return None, 0.0


def _vague(meaning: Meaning) -> tuple[str | None, float]:
    """A phone and some trouble or question, but none that has a name."""
    if meaning.has("feature"):
        return OTHER_PROBLEM, 0.85
    if meaning.has("phonenot") or (meaning.has("phone") and meaning.has(*TROUBLE)):
        return OTHER_PROBLEM, 0.7
    return None, 0.0
