"""The ticket to Microsoft as data, so that text, Markdown and JSON cannot say different things.

Every value carries the numbers of the ledger entries it comes from (`D-1042#17`). Times are UTC;
`local` is the same instant in words, in the site's time zone, empty when that is not known.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from bot.domain.diagnosis import Locale, Outcome
from bot.domain.fact import Source, Value
from bot.domain.probe import Failure, Where

FORMAT: Final = "decroche.ticket/1"


class Cited(msgspec.Struct, frozen=True):
    """A value and the ledger entries it comes from."""

    value: str
    entries: tuple[int, ...]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the form; `cited` is None while nobody knows it."""

    id: str
    label: str
    cited: Cited | None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A titled group of fields."""

    id: str
    title: str
    fields: tuple[Field, ...]


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that Microsoft will ask for and that the ledger does not have, and how to get it."""

    field: str
    label: str
    how: str


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line that comes from the ledger's entry number `entry`."""

    entry: int
    at: datetime
    local: str


class Quote(_Row, frozen=True, kw_only=True):
    """What a person typed, word for word."""

    text: str


class Tried(_Row, frozen=True, kw_only=True):
    """An action and how it ended."""

    step: str
    title: str
    outcome: Outcome
    outcome_title: str
    note: str = ""


class Tested(_Row, frozen=True, kw_only=True):
    """A network test: what was asked of whom, from where, and what came back."""

    prober: str
    host: str
    port: int | None
    addresses: tuple[str, ...]
    ok: bool | None
    failure: Failure | None
    where: Where | None
    result: str
    ms: float | None
    runner: str
    details: dict[str, str]


class Observed(_Row, frozen=True, kw_only=True):
    """A fact, in words, and how it was come by."""

    fact: str
    value: Value
    text: str
    source: Source
    source_title: str
    by: str


class Unchecked(_Row, frozen=True, kw_only=True):
    """A fact that could not be had, and why."""

    fact: str
    title: str
    why: str


class Suspected(_Row, frozen=True, kw_only=True):
    """A cause that was concluded, with the entries for and against it."""

    cause: str
    title: str
    percent: int
    evidence_for: tuple[int, ...]
    against: tuple[int, ...]


class File(_Row, frozen=True, kw_only=True):
    """A file to attach."""

    name: str
    sha256: str
    size: int


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Everything Microsoft is told; `at` is the time of the newest ledger entry, `completeness` a percentage."""

    case: str
    version: int
    locale: Locale
    at: datetime
    completeness: int
    description: Cited
    sections: tuple[Section, ...]
    said: tuple[Quote, ...]
    tried: tuple[Tried, ...]
    untried: tuple[str, ...]
    tests: tuple[Tested, ...]
    facts: tuple[Observed, ...]
    not_checked: tuple[Unchecked, ...]
    verdict: Suspected | None
    earlier: tuple[Suspected, ...]
    files: tuple[File, ...]
    questions: tuple[str, ...]
    checklist: tuple[str, ...]
    missing: tuple[Missing, ...]
    format: str = FORMAT
