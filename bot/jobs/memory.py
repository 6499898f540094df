"""What the bot remembers of a person from one conversation to the next: their cases, and the language they asked for."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.people import Person
from bot.state.cases import CaseStore
from bot.state.records import Records


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for a turn: `past` are closed cases, newest first; `language` is None if none was ever asked for."""

    past: tuple[Case, ...] = ()
    language: Locale | None = None


def person_record(person: Person) -> str:
    """The name of what is remembered of a person."""
    return f"person/{person.key}"


def as_record(language: Locale) -> dict[str, Any]:
    """A choice of language, to be remembered."""
    return {"language": language}


async def recall(cases: CaseStore, records: Records, person: Person, case: Case | None) -> Memory:
    """What is known of an employee; old cases are read only where no case of theirs is open.

    Raises `RedisUnavailable`.
    """
    name = person_record(person)
    found = (await records.read([name])).get(name)
    return Memory(
        past=await _past(cases, person) if case is None or case.closed else (),
        language=_language(found.data.get("language") if found else None),
    )


async def _past(cases: CaseStore, person: Person) -> tuple[Case, ...]:
    return tuple(case for case in await cases.of_person(person.key) if case.closed)


def _language(known: object) -> Locale | None:
    return "en" if known == "en" else "fr" if known == "fr" else None
