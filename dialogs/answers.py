"""From what a person answered to facts: a choice, the time on the screen, an address, a version."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.diagnosis.playbook import Playbook, StepSpec
from bot.domain.case import Case
from bot.domain.diagnosis import Locale, Outcome
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Source
from bot.domain.site import Site
from dialogs.commands import fold
from dialogs.draft import Draft, Rules
from dialogs.words import time_zone

CLOCK_TOLERANCE: Final = timedelta(seconds=300)  # the guide's five minutes; a screen shows no seconds
HALF_A_DAY: Final = timedelta(hours=12)

_TIME = re.compile(r"\b(\d{1,2})\s*(?:[:h.]|heures?)\s*(\d{2})\s*(am|pm)?\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_FIRMWARE = re.compile(r"\b\d+\.\d+\.\d+(?:\.\d+)?\b")
_YES: Final = frozenset({"oui", "ouais", "yes", "yep", "o", "y", "si"})
_NO: Final = frozenset({"non", "nan", "no", "nope", "n"})
_DONT_KNOW: Final = frozenset(
    {"unknown", "je ne sais pas", "je sais pas", "i don t know", "dont know", "don t know"}
)
_NONE: Final = frozenset(
    {"aucune", "rien", "pas d adresse", "none", "no address", "nothing", "0.0.0.0", "vide"}
)


def is_act(playbook: Playbook, step: str) -> bool:
    """True for steps that somebody carries out, rather than answers."""
    known = playbook.steps.get(step)
    return known is not None and known.kind != "ask"


def read(rules: Rules, step: str, text: str, case: Case, at: datetime) -> tuple[Fact, ...]:
    """The facts that `text` states as an answer to `step`; empty when it is no answer to it."""
    known = rules.playbook.steps.get(step)
    if known is None or known.kind != "ask" or not text.strip():
        return ()
    fact = known.reveals[0]
    if fold(text) in _DONT_KNOW:
        return (Fact(id=fact, value=UNKNOWN),)
    match known.input:
        case "time":
            return _clock(text, rules.site(case), at)
        case "text" if fact == "phone.ip":
            return _address(text, rules.site(case))
        case "text":
            return _version(fact, text)
        case _:
            return _choice(known, fact, text, case.opened.locale)


def _choice(step: StepSpec, fact: str, text: str, locale: Locale) -> tuple[Fact, ...]:
    said = fold(text)
    if said in _YES | _NO:
        said = "yes" if said in _YES else "no"
    values = {fold(title.to(locale)): value for value, title in step.choices.items()}
    values |= {fold(value): value for value in step.choices}
    value = values.get(said)
    return (Fact(id=fact, value=value),) if value and VOCABULARY[fact].accepts(value) else ()


def _clock(text: str, site: Site | None, at: datetime) -> tuple[Fact, ...]:
    found = _TIME.search(text)
    if found is None:
        return ()
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        return ()
    offset = _offset(at.astimezone(ZoneInfo(time_zone(site))), hour, minute)
    wrong = abs(offset) > CLOCK_TOLERANCE
    return (
        Fact(id="clock_offset_s", value=round(offset.total_seconds())),
        Fact(id="phone.time", value="wrong" if wrong else "ok"),
    )


def _offset(now: datetime, hour: int, minute: int) -> timedelta:
    """The clock's error: shown minus true, the nearest way round the dial (seconds are not shown)."""
    shown = now.replace(hour=hour, minute=minute, second=30, microsecond=0)
    offset = shown - now
    if offset > HALF_A_DAY:
        return offset - 2 * HALF_A_DAY
    return offset + 2 * HALF_A_DAY if offset < -HALF_A_DAY else offset


def _address(text: str, site: Site | None) -> tuple[Fact, ...]:
    if fold(text) in _NONE:
        return (Fact(id="phone.ip", value="none"),)
    found = _ADDRESS.search(text)
    try:
        address = ipaddress.IPv4Address(found[0]) if found else None
    except ipaddress.AddressValueError:
        address = None
    if address is None:
        return ()
    return (Fact(id="phone.ip", value=place(address, site)),)


def place(address: ipaddress.IPv4Address, site: Site | None) -> str:
    """What an address says of the network that the phone stands in (a `phone.ip` value)."""
    if address.is_unspecified:
        return "none"
    if address.is_link_local:
        return "apipa"
    voice = [ipaddress.ip_network(subnet) for subnet in site.voice_subnets] if site else []
    at_home = any(address in network for network in voice) if voice else address.is_private
    return "valid" if at_home else "wrong_subnet"


def _version(fact: str, text: str) -> tuple[Fact, ...]:
    found = _FIRMWARE.search(text)
    return (Fact(id=fact, value=found[0]),) if found else ()


def twin(draft: Draft, step: str, outcome: Outcome) -> None:
    """Notes the fact that an act's outcome is: the phone on another port works, or fails."""
    known = draft.rules.playbook.steps.get(step)
    if known is not None and known.twin and outcome in {"fixed", "not_fixed"}:
        value = "works" if outcome == "fixed" else "fails"
        draft.note(known.twin, value, Source.act, "user", about=step)
