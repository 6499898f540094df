"""From what a person wrote to facts: a choice, the time on the screen, an address, a version, or free words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.readings import DAY, find_ip, read_firmware, read_time
from bot.diagnosis.recogniser import recognise
from bot.diagnosis.spec import StepSpec
from bot.domain.case import Case
from bot.domain.diagnosis import LOCALES, Locale, Outcome, Recognition
from bot.domain.events import Heard
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Source
from bot.domain.site import Site
from bot.domain.verb import Verb
from dialogs.commands import command, fold
from dialogs.draft import Draft, Rules
from dialogs.words import time_zone

CLOCK_TOLERANCE: Final = 300  # seconds: the guide's five minutes; a screen shows no seconds

# A time as a twelve-hour clock shows it, without saying which half of the day.
_TWELVE_HOURS: Final = re.compile(
    r"(?<![\d:.])(1[0-2]|[1-9])\s?[:.h]\s?[0-5]\d(?!\d|\s?[ap]\.?m)", re.IGNORECASE
)
_QUAD: Final = re.compile(r"\d+(?:\.\d+){3}")
_YES: Final = frozenset({"oui", "ouais", "yes", "yep", "yeah", "o", "y", "si"})
_NO: Final = frozenset({"non", "nan", "no", "nope", "n"})
_GOOD: Final = frozenset({"yes", "works", "ok", "one", "on"})
_BAD: Final = frozenset({"no", "fails", "fail", "off"})
_DONT_KNOW: Final = frozenset(
    {"unknown", "je ne sais pas", "je sais pas", "i don t know", "dont know", "don t know"}
)
_NONE: Final = frozenset(
    {"aucune", "aucun", "aucune adresse", "rien", "il n y a rien", "pas d adresse", "vide", "none", "nothing"}
    | {"no address", "no ip", "no ip address", "there is nothing", "empty"}
)


def is_act(playbook: Playbook, step: str) -> bool:
    """True for steps that somebody carries out, rather than answers."""
    known = playbook.steps.get(step)
    return known is not None and known.kind != "ask"


def understand(rules: Rules, case: Case | None, event: Heard) -> Recognition:
    """What a message says, read with the clock and the networks of the place where the phone stands."""
    site = rules.site(case) if case else None
    sites = (site,) if site else tuple(rules.sites.values())
    return recognise(event.text, event.locale, _local(sites, event.at), _subnets(sites))


def _local(sites: tuple[Site, ...], at: datetime) -> datetime | None:
    """The time at the phone; None while it may stand in several time zones."""
    zones = {site.time_zone for site in sites} or {time_zone(None)}
    return at.astimezone(ZoneInfo(zones.pop())) if len(zones) == 1 else None


def _subnets(sites: Iterable[Site]) -> tuple[str, ...]:
    """The networks in which a phone of these sites may stand; none when one site does not say."""
    known = [site.voice_subnets for site in sites]
    return tuple(subnet for subnets in known for subnet in subnets) if all(known) else ()


def read(rules: Rules, step: str, text: str, case: Case, at: datetime) -> tuple[Fact, ...]:
    """The facts that `text` states as an answer to `step`; empty when it is no answer to it."""
    known = rules.book(case).steps.get(step)
    if known is None or known.kind != "ask" or known.asks or not text.strip():
        return ()
    fact, site = known.reveals[0], rules.site(case)
    if fold(text) in _DONT_KNOW:
        return (Fact(id=fact, value=UNKNOWN),)
    match known.input:
        case "time":
            return _clock(text, at.astimezone(ZoneInfo(time_zone(site))), case.locale)
        case "text" if fact == "phone.ip":
            return _address(text, site)
        case "text":
            found = read_firmware(text)
            return (Fact(id=fact, value=found.value),) if found else ()
        case _:
            return _choice(known, fact, text)


def _choice(step: StepSpec, fact: str, text: str) -> tuple[Fact, ...]:
    said = fold(text)
    values = {fold(title.to(locale)): value for locale in LOCALES for value, title in step.choices.items()}
    values |= {fold(value): value for value in step.choices}
    value = values.get(said) or _yes_or_no(step, said)
    closed = VOCABULARY.get(fact)  # none for a fact of the administrator's own: its choices are its values
    return (Fact(id=fact, value=value),) if value and (closed is None or closed.accepts(value)) else ()


def _yes_or_no(step: StepSpec, said: str) -> str | None:
    """The choice that a bare yes or no means; none when several could be meant."""
    spoken = command(said) if "works" in step.choices else None
    if said in _YES or spoken is Verb.fixed:
        meant = _GOOD & step.choices.keys()
    elif said in _NO or spoken is Verb.not_fixed:
        meant = _BAD & step.choices.keys()
    else:
        return None
    return next(iter(meant)) if len(meant) == 1 else None


def yes_or_no(playbook: Playbook, step: str, text: str, locale: Locale) -> Outcome | None:
    """The outcome that a bare yes or no means for a step that is put as a question."""
    known = playbook.steps.get(step)
    if known is None or known.kind == "ask" or not known.title.to(locale).endswith("?"):
        return None
    return bare_yes_or_no(text)


def bare_yes_or_no(text: str) -> Outcome | None:
    """The outcome that a mere yes or no means to a question whether it works."""
    said = fold(text)
    return "fixed" if said in _YES else "not_fixed" if said in _NO else None


def _clock(text: str, now: datetime, locale: Locale) -> tuple[Fact, ...]:
    read = read_time(_QUAD.sub(" ", text), now)
    if read is None or not isinstance(read.value, int):
        return ()
    offset = read.value
    if locale == "en" and _TWELVE_HOURS.search(text):
        offset = _nearest_half(offset)
    wrong = abs(offset) > CLOCK_TOLERANCE
    return (
        Fact(id="clock_offset_s", value=offset),
        Fact(id="phone.time", value="wrong" if wrong else "ok"),
    )


def _nearest_half(offset: int) -> int:
    """The offset if the screen shows the right time of the other half of the day, else unchanged."""
    other = offset + DAY // 2 if offset < 0 else offset - DAY // 2
    return other if abs(other) <= CLOCK_TOLERANCE else offset


def _address(text: str, site: Site | None) -> tuple[Fact, ...]:
    if fold(text) in _NONE:
        return (Fact(id="phone.ip", value="none"),)
    found = find_ip(text, site.voice_subnets if site else ())
    return (Fact(id="phone.ip", value=found.value),) if found else ()


def noted(draft: Draft, about: str, text: str, facts: Iterable[Fact], by: str) -> None:
    """Notes what a person's answer means, and the address that they read."""
    for fact in facts:
        draft.note(fact.id, fact.value, Source.told, by, about=about, detail=text[:200])
        address = _QUAD.search(text) if fact.id == "phone.ip" else None
        if address:
            draft.know("phone", {"ip": address[0]}, by)


def twin(draft: Draft, step: str, outcome: Outcome, by: str = "user") -> None:
    """Notes the fact that an act's outcome is: the phone on another port works, or fails."""
    known = draft.rules.book(draft.case).steps.get(step)
    if known is not None and known.twin and outcome in {"fixed", "not_fixed"}:
        value = "works" if outcome == "fixed" else "fails"
        draft.note(known.twin, value, Source.act, by, about=step)
