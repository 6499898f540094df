"""What people copy from the phone's screen, as facts: an address, a time, a version.

Used for typed answers and for the same things inside free text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, ip_network
from typing import Final

from bot.diagnosis.playbook import version_key
from bot.domain.fact import Fact

DAY: Final = 86_400
OLDEST_NETWORK: Final = 10

_QUAD: Final = re.compile(r"(?<![\d.])(\d{1,6})\.(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?![\d.]*\d)", re.ASCII)
_PINGED: Final = re.compile(r"(?<![\d.])(?:8\.8\.8\.8|8\.8\.4\.4|1\.1\.1\.1)(?![\d.]*\d)")
_CLOCK: Final = re.compile(
    r"(?<![\d.:])([01]?\d|2[0-3])\s?(?:heures?\b|[:h.])\s?([0-5]\d)?(?:[:.][0-5]\d)?\s?([ap]\.?m\b)?(?![\d:])",
    re.IGNORECASE | re.ASCII,
)
_SHOWN: Final = re.compile(
    r"\b(?:affiche|indique|marque|montre|dit|shows?|says|displays?|reads)\s+(?:qu['’]il est |l['’]heure |it is |it's )?"
    r"(?P<shown>\d{1,2}\s?[:h]\s?\d{2}(?:\s?[ap]m\b)?)"
    r"(?:.{0,12}?(?:au lieu de|alors qu['’]il est|mais il est|il est|instead of|but it is|but it's|when it is|when it's)\s+"
    r"(?P<true>\d{1,2}\s?[:h]\s?\d{2}(?:\s?[ap]m\b)?))?",
    re.IGNORECASE,
)
_LATE: Final = re.compile(
    r"(?P<n>\d{1,4})\s?(?P<unit>min|minutes?|mn|h|heures?|hours?)\s+(?:de |d['’]|en )?"
    r"(?P<way>retard|avance|late|slow|behind|fast|ahead)\b"
    r"|(?P<way2>retarde|avance)\s+de\s+(?P<n2>\d{1,4})\s?(?P<unit2>min|minutes?|mn|h|heures?)\b",
    re.IGNORECASE,
)
_FAST: Final = frozenset({"avance", "fast", "ahead"})
_ADDRESS: Final = re.compile(
    r"\b(ip|ipv4|adresse?s?|address(es)?|ping\w*|indirizzo|direcci[oó]n|endere[cç]o)\b", re.IGNORECASE
)
_NONE: Final = re.compile(r"\b(aucune?|rien|vide|none|nothing|empty|no)\b", re.IGNORECASE)


def read_ip(text: str, voice_subnets: Sequence[str] = ()) -> Fact | None:
    """The fact `phone.ip` that an address (or « aucune ») means; None when the text says neither.

    Without known subnets every private address counts as valid.
    """
    for quad in _QUAD.finditer(text):
        if _is_address(quad):
            return Fact(id="phone.ip", value=_kind(IPv4Address(quad.group()), voice_subnets))
    return Fact(id="phone.ip", value="none") if _NONE.search(text) else None


def find_ip(text: str, voice_subnets: Sequence[str] = ()) -> Fact | None:
    """As `read_ip`, for free text: only an address counts, and none that people ping to try the internet."""
    own = _PINGED.sub(" ", text)
    return read_ip(own, voice_subnets) if any(map(_is_address, _QUAD.finditer(own))) else None


def _is_address(quad: re.Match[str]) -> bool:
    return all(len(part) == len(str(int(part))) and int(part) < 256 for part in quad.groups())


def _kind(address: IPv4Address, voice_subnets: Sequence[str]) -> str:
    if address.is_unspecified:
        return "none"
    if address.is_link_local:
        return "apipa"
    networks = [n for n in map(_network, voice_subnets) if n]
    inside = any(address in n for n in networks) if networks else address.is_private
    return "valid" if inside else "wrong_subnet"


def _network(text: str) -> IPv4Network | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None


def read_firmware(text: str) -> Fact | None:
    """The fact `phone.firmware` in a typed answer."""
    for quad in _QUAD.finditer(text):
        if version_key(quad.group()):
            return Fact(id="phone.firmware", value=quad.group())
    return None


def find_firmware(text: str) -> Fact | None:
    """As `read_firmware`, for free text: what could be an address counts only where it is not called one."""
    for quad in _QUAD.finditer(text):
        if version_key(quad.group()) and not _PINGED.fullmatch(quad.group()) and _is_version(quad, text):
            return Fact(id="phone.firmware", value=quad.group())
    return None


def _is_version(quad: re.Match[str], text: str) -> bool:
    """True for what is no address, is called a version, or begins as ours do and is not called an address."""
    before = text[max(0, quad.start() - 30) : quad.start()].casefold()
    if not _is_address(quad) or any(
        word in before for word in ("firmware", "version", "logiciel", "software")
    ):
        return True
    return int(quad.group(1)) < OLDEST_NETWORK and not _ADDRESS.search(before)


def read_time(text: str, at: datetime) -> Fact | None:
    """The fact `clock_offset_s` from a time of day shown by the phone, seen at `at` (local to the phone).

    A display without seconds is taken at the middle of its minute; the nearest day is assumed.
    """
    shown = seconds_of_day(text)
    if shown is None:
        return None
    now = at.hour * 3600 + at.minute * 60 + at.second
    return Fact(id="clock_offset_s", value=nearest(shown + 30 - now))


def nearest(seconds: int) -> int:
    """A difference between two times of day, as the shortest way round the clock."""
    return (seconds + DAY // 2) % DAY - DAY // 2


def seconds_of_day(text: str) -> int | None:
    """The first time of day in a text (14:05, 14h05, 2:05 pm), in seconds."""
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, half = int(found.group(1)), (found.group(3) or "").casefold()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 3600 + int(found.group(2) or 0) * 60


def find_clock(text: str, at: datetime | None) -> Fact | None:
    """The fact `clock_offset_s` in free text: « 7 minutes de retard », « affiche 14:05 au lieu de 14:12 ».

    `at` is the time at the phone; without it a shown time says nothing unless the true one is beside it.
    """
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
