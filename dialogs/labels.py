"""What a message says of the phone itself: its labels and its site, typed or brought along by a sticker's link.

A sticker opens the chat with a sentence such as « téléphone 4217 MAC 64:16:7F:3A:5C:D1 site lyon » already written.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from bot.domain.site import Sites
from dialogs.commands import fold

_MAC: Final = re.compile(
    r"(?<![0-9a-f:.-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f:-])", re.IGNORECASE
)
_BARE_MAC: Final = re.compile(r"\bmac\W{0,3}([0-9a-f]{12})\b", re.IGNORECASE)
_SERIAL: Final = re.compile(
    r"\b(?:s/n|sn|(?:num[ée]ro de )?s[ée]rie|serial(?: number)?)\W{0,3}([0-9a-z]{6,24})\b", re.IGNORECASE
)
_ASSET: Final = re.compile(
    r"\b(?:inventaire|étiquette|etiquette|asset(?: tag)?|tag)\W{0,3}([0-9a-z][0-9a-z._-]{1,30})",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"\b(?:téléphone|telephone|phone|poste|extension)\W{1,3}(?:n[°o.]\W?|no\W)?(?=[a-z-]*\d)([0-9a-z-]{3,20})(?![:\w])",
    re.IGNORECASE,
)
_SITE: Final = re.compile(r"\bsite\W{1,3}(\w.{0,60})", re.IGNORECASE)


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """What is written on a phone or its sticker; `site` is the id of a known one. What is not said is empty."""

    phone: dict[str, str] = {}
    site: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.site)


def read(text: str, sites: Sites) -> Labels:
    """The labels that a message names."""
    mac = _mac(text)
    found = {
        "mac": mac,
        "serial": _first(_SERIAL, text).upper(),
        "label": _first(_ASSET, text) or _number(text, mac),
    }
    return Labels(phone={name: value for name, value in found.items() if value}, site=_site(text, sites))


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _mac(text: str) -> str:
    """In the usual spelling, whatever the sticker's."""
    written = _MAC.search(text)
    digits = re.sub("[:-]", "", written[0]) if written else _first(_BARE_MAC, text)
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2)).upper()


def _number(text: str, mac: str) -> str:
    """The number of a phone; « CCX 500 » and the like are models, and a MAC address is none."""
    number = _first(_NUMBER, text)
    return "" if mac and number.upper() in mac else number


def _site(text: str, sites: Sites) -> str:
    """The site named after the word « site »."""
    return site_named(_first(_SITE, text), sites)


def site_named(words: str, sites: Sites) -> str:
    """The id of the site whose id or name these words begin with, the longest that fits; empty if none does."""
    named = f"{fold(words)} "
    fits = [
        (len(word), site.id)
        for site in sites.values()
        for word in map(fold, (site.id, site.name))
        if word and named.startswith(f"{word} ")
    ]
    return max(fits)[1] if fits else ""
