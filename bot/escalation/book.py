"""A ledger looked up by what the form asks for; every answer says which entries it comes from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.case import Case, Known, Noted, Probed, Symptom
from bot.domain.entry import Entry
from bot.domain.fact import UNKNOWN, Fact
from bot.domain.site import Site
from bot.escalation.form import Form, When, form
from bot.escalation.ticket import Cited
from bot.escalation.words import Titles, Words, words

_BREAKS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACES: Final = re.compile(" {2,}")


def clean(text: str) -> str:
    """One line without control characters: what people type goes into forms and tables."""
    shown = "".join(" " if unicodedata.category(char) in _BREAKS else char for char in text)
    return _SPACES.sub(" ", shown).strip()


def utc(at: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, empty or malformed name; a folder
        return None


class Book:
    """The ledger with its indexes; `site` counts only when the ledger names it."""

    def __init__(self, case: Case, titles: Titles, site: Site | None, tenant: str) -> None:
        self.case = case
        self.titles = titles
        self.tenant = tenant
        self.form: Form = form()
        self.words: Words = words(titles.locale)
        self._known = {(e.topic, key): (value, e.n) for e in case.all(Known) for key, value in e.data.items()}
        self._facts = {e.fact: e for e in case.all(Noted)}
        self._site = site if site is not None and site.id == case.site else None
        zone = self.find(("site:time_zone", "known:site.time_zone"))
        self._zone = _zone(zone.value) if zone else None

    def local(self, at: datetime) -> str:
        """The instant in the site's time zone, in words; empty when the zone is not known."""
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M:%S} ({self._zone.key})" if self._zone else ""

    def when(self, at: datetime) -> str:
        """UTC, with the site's time behind it when known."""
        local = self.local(at)
        return f"{utc(at)}, {self.words.says['local']} {local}" if local else utc(at)

    def noted(self, fact: str) -> Noted | None:
        """The newest entry for a fact, unless all that it says is that nobody could tell."""
        entry = self._facts.get(fact)
        return None if entry is None or entry.value == UNKNOWN else entry

    def symptom(self) -> tuple[str, int] | None:
        """What is wrong as last understood, and the entry that says so."""
        later = self.case.last(Symptom)
        if later is not None:
            return later.symptom, later.n
        opened = self.case.opened
        return (opened.symptom, opened.n) if opened.symptom else None

    def emergency(self) -> bool:
        """True when this symptom means that the phone cannot call for help."""
        symptom = self.symptom()
        return symptom is not None and symptom[0] in self.form.emergency.symptoms

    def holds(self, when: When | None) -> bool:
        """True when the condition is met, or there is none."""
        if when is None:
            return True
        if when.emergency and not self.emergency():
            return False
        newest = ((self.noted(fact), values) for fact, values in when.facts.items())
        return all(entry is not None and entry.value in values for entry, values in newest)

    def existing(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Those of the numbers that the ledger has."""
        have = {entry.n for entry in self.case.ledger}
        return tuple(n for n in numbers if n in have)

    def find(self, sources: Iterable[str]) -> Cited | None:
        """The first source that has something; `made:` ones are not known here."""
        for source in sources:
            kind, _, key = source.partition(":")
            found = self._readers()[kind](key) if kind in self._readers() else None
            if found is not None and clean(found.value):
                return Cited(clean(found.value), found.entries)
        return None

    def _readers(self) -> dict[str, Callable[[str], Cited | None]]:
        return {
            "known": self._find_known,
            "value": self._find_value,
            "fact": self._find_fact,
            "opened": self._find_opened,
            "site": self._find_site,
            "probe": self._find_probe,
        }

    def _find_known(self, key: str) -> Cited | None:
        topic, _, name = key.partition(".")
        found = self._known.get((topic, name))
        return Cited(found[0], (found[1],)) if found else None

    def _find_value(self, fact: str) -> Cited | None:
        entry = self.noted(fact)
        return Cited(str(entry.value), (entry.n,)) if entry else None

    def _find_fact(self, fact: str) -> Cited | None:
        entry = self.noted(fact)
        return Cited(self.titles.evidence(as_fact(entry)), (entry.n,)) if entry else None

    def _find_opened(self, key: str) -> Cited | None:
        person = self.case.opened.person
        value = {"name": person.name, "upn": person.upn, "aad": person.aad}[key]
        return Cited(value, (self.case.opened.n,)) if value else None

    def _find_site(self, key: str) -> Cited | None:
        if self._site is None:
            return None
        value: str | tuple[str, ...] | None = getattr(self._site, key)
        text = ", ".join(value) if isinstance(value, tuple) else value or ""
        return Cited(text, (self._known["site", "id"][1],))

    def _find_probe(self, key: str) -> Cited | None:
        newest: Entry | None = None
        value = ""
        for entry in self.case.all(Probed):
            if isinstance(detail := entry.result.details.get(key), str):
                newest, value = entry, detail
        return Cited(value, (newest.n,)) if newest else None


def as_fact(entry: Noted) -> Fact:
    """The entry as the engine and the playbook know facts."""
    return Fact(id=entry.fact, value=entry.value, at=entry.at, source=entry.source, by=entry.by)
