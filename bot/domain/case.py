"""The case: an append-only ledger. Everything shown anywhere is a view of it.

The version of a case is the length of its ledger, so compare-and-set needs no counter, and entry
`n` can be cited for ever (`D-1042#17`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeVar

import msgspec

from bot.domain.change import Approved, Changed, Declined, Lapsed, Proposed
from bot.domain.diagnosis import Done, Locale, Outcome
from bot.domain.entry import Entry
from bot.domain.fact import Fact, Source, Value
from bot.domain.file import FileKind
from bot.domain.people import Person, Role
from bot.domain.probe import ProbeResult
from bot.errors import FileTrouble


class Stage(StrEnum):
    """Where a case stands; `fixed`, `withdrawn` and `microsoft` (handed over) are ends."""

    intake = "intake"
    guiding = "guiding"
    helpdesk = "helpdesk"
    verifying = "verifying"
    microsoft = "microsoft"
    fixed = "fixed"
    withdrawn = "withdrawn"


CLOSED = frozenset({Stage.fixed, Stage.withdrawn})

JobKind = Literal["probes", "lookup", "bundle", "change"]
Priority = Literal["normal", "high", "urgent"]
JobEnd = Literal["done", "expired", "offline", "failed"]


class Opened(Entry, frozen=True, kw_only=True, tag="opened"):
    """Somebody reported a problem."""

    person: Person
    conversation: str
    locale: Locale
    playbook: str
    symptom: str | None = None


class Said(Entry, frozen=True, kw_only=True, tag="said"):
    """What a person typed, word for word."""

    text: str
    role: Role = "employee"


class Noted(Entry, frozen=True, kw_only=True, tag="fact"):
    """A fact of the vocabulary; `about` is the job or step that brought it."""

    fact: str
    value: Value
    source: Source
    detail: str = ""
    about: str = ""


class NotChecked(Entry, frozen=True, kw_only=True, tag="not_checked"):
    """A fact that could not be had, and why: never the same as fine."""

    fact: str
    why: str
    about: str = ""


class Known(Entry, frozen=True, kw_only=True, tag="known"):
    """Particulars that no rule reasons about.

    `topic` is account, phone, switch, site, runner, playbook, language (of the employee's cards), `earlier` (an older
    case that this one goes back to) or `phone:D-1001` (a phone of theirs that an older case knew).
    """

    topic: str
    data: dict[str, str]


class Told(Entry, frozen=True, kw_only=True, tag="told"):
    """The person was told something that matters later, such as the safety notice."""

    what: str


class Symptom(Entry, frozen=True, kw_only=True, tag="symptom"):
    """What is wrong, as now understood."""

    symptom: str


class Offered(Entry, frozen=True, kw_only=True, tag="offered"):
    """A step was put to somebody; its card carries `nonce`, good for one answer."""

    step: str
    to: Role
    nonce: str


class Stepped(Entry, frozen=True, kw_only=True, tag="step"):
    """A step was carried out, or could not be; `nonce` is the offer that it answers."""

    step: str
    outcome: Outcome
    nonce: str = ""
    note: str = ""


class JobStarted(Entry, frozen=True, kw_only=True, tag="job_started"):
    """A background job was asked for; `step` is the step of the playbook behind it.

    `facts`: a measurement of these only; empty for one of all that the step reveals.
    """

    job: str
    what: JobKind
    step: str = ""
    recheck: bool = False
    facts: tuple[str, ...] = ()


class Probed(Entry, frozen=True, kw_only=True, tag="probed"):
    """One probe's result, as the runner measured it."""

    job: str
    index: int
    result: ProbeResult


class JobEnded(Entry, frozen=True, kw_only=True, tag="job_ended"):
    """A background job ended; `detail` says why when it was not done."""

    job: str
    how: JobEnd
    detail: str = ""


class Judged(Entry, frozen=True, kw_only=True, tag="judged"):
    """The engine reached a verdict, with the numbers of the entries that carry it."""

    verdict: str
    p: float
    evidence_for: tuple[int, ...] = ()
    against: tuple[int, ...] = ()


class Moved(Entry, frozen=True, kw_only=True, tag="moved"):
    """The case moved to another stage; `why` is a text id."""

    to: Stage
    why: str = ""


class Claimed(Entry, frozen=True, kw_only=True, tag="claimed"):
    """An agent took the case."""

    agent: Person


class Prioritised(Entry, frozen=True, kw_only=True, tag="prioritised"):
    """An agent said how urgent the case is."""

    priority: Priority


class Remarked(Entry, frozen=True, kw_only=True, tag="remarked"):
    """An agent noted something, word for word; what it states as facts is noted apart."""

    text: str


class Attached(Entry, frozen=True, kw_only=True, tag="attached"):
    """A file belongs to the case, as it was sent at `sent`; `size` in bytes, `file` names it in the store of files."""

    name: str
    sha256: str
    size: int
    what: FileKind | None = None
    file: str = ""
    sent: datetime | None = None


class NotAttached(Entry, frozen=True, kw_only=True, tag="not_attached"):
    """A file was sent that could not be kept, and why."""

    name: str
    why: FileTrouble
    file: str


class Denied(Entry, frozen=True, kw_only=True, tag="denied"):
    """Somebody who may not act on this case tried to; nothing else came of it."""

    person: Person
    verb: str


class Bundled(Entry, frozen=True, kw_only=True, tag="bundled"):
    """The escalation was written; `missing` names what it still lacks."""

    name: str
    sha256: str
    missing: tuple[str, ...] = ()


AnyEntry = (
    Opened | Said | Noted | NotChecked | Known | Told | Symptom | Offered | Stepped | JobStarted
    | Probed | JobEnded | Judged | Moved | Claimed | Attached | NotAttached | Denied | Bundled
    | Prioritised | Remarked | Proposed | Approved | Declined | Lapsed | Changed
)  # fmt: skip

E = TypeVar("E", bound=Entry)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case: its id (`D-1042`) and its ledger, oldest entry first."""

    id: str
    ledger: tuple[AnyEntry, ...] = ()

    @property
    def version(self) -> int:
        """Number of entries; two different ledgers of one case never have the same one."""
        return len(self.ledger)

    def all(self, kind: type[E]) -> Iterator[E]:
        """The entries of one kind, oldest first."""
        return (entry for entry in self.ledger if isinstance(entry, kind))

    def last(self, kind: type[E]) -> E | None:
        """The newest entry of one kind."""
        return next((entry for entry in reversed(self.ledger) if isinstance(entry, kind)), None)

    @property
    def opened(self) -> Opened:
        """The first entry; a case always has one."""
        entry = self.ledger[0]
        if not isinstance(entry, Opened):
            raise TypeError(f"{self.id} does not begin with an opening")
        return entry

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        moved = self.last(Moved)
        return moved.to if moved else Stage.intake

    @property
    def closed(self) -> bool:
        """True when nothing more is expected of anybody."""
        return self.stage in CLOSED

    @property
    def symptom(self) -> str | None:
        """What is wrong, as last understood."""
        later = self.last(Symptom)
        return later.symptom if later else self.opened.symptom

    @property
    def locale(self) -> Locale:
        """The language in which the employee is spoken to: the one chosen last, else that of the report."""
        return "en" if self.known("language").get("id", self.opened.locale) == "en" else "fr"

    @property
    def site(self) -> str | None:
        """The id of the site where the phone stands."""
        return self.known("site").get("id")

    def known(self, topic: str) -> dict[str, str]:
        """All particulars of one topic, later ones winning."""
        merged: dict[str, str] = {}
        for entry in self.all(Known):
            if entry.topic == topic:
                merged.update(entry.data)
        return merged

    def round(self) -> tuple[AnyEntry, ...]:
        """The entries since the person last asked to start over (all of them, if never)."""
        restarts = [i for i, e in enumerate(self.ledger) if isinstance(e, Moved) and e.to is Stage.intake]
        return self.ledger[restarts[-1] :] if restarts else self.ledger

    def _in_round(self, kind: type[E]) -> Iterator[E]:
        return (entry for entry in self.round() if isinstance(entry, kind))

    def facts(self) -> tuple[Fact, ...]:
        """Every fact noted in this round, in the order of the ledger (contradictions included)."""
        return tuple(
            Fact(id=e.fact, value=e.value, at=e.at, source=e.source, by=e.by) for e in self._in_round(Noted)
        )

    def done(self) -> tuple[Done, ...]:
        """Every step of this round that came to an end, in the order of the ledger; a change that was made is one."""
        return tuple(
            Done(step=e.step, outcome=e.outcome, at=e.at)
            for e in self.round()
            if isinstance(e, Stepped) or (isinstance(e, Changed) and self._stands(e))
        )

    def _stands(self, changed: Changed) -> bool:
        """A change that was made, is none that takes another back, and was not taken back itself."""
        ended = {e.change for e in self.all(Changed) if e.undo and e.how in {"made", "already"}}
        undone = {e.undoes for e in self.all(Proposed) if e.change.id in ended}
        return changed.how == "made" and not changed.undo and changed.change not in undone

    def running(self) -> tuple[JobStarted, ...]:
        """Jobs of this round that were started and have not ended."""
        ended = {entry.job for entry in self.all(JobEnded)}
        return tuple(entry for entry in self._in_round(JobStarted) if entry.job not in ended)

    def offer(self, to: Role = "employee") -> Offered | None:
        """The step that now waits for somebody's answer, if any."""
        newest = next((e for e in reversed(self.round()) if isinstance(e, Offered) and e.to == to), None)
        answered = {entry.nonce for entry in self.all(Stepped)}
        return None if newest is None or newest.nonce in answered else newest

    @property
    def at_helpdesk(self) -> bool:
        """True once the helpdesk has a card of the case: it was given a step, or told that nobody answers."""
        told = any(entry.what == "no_answer" for entry in self.all(Told))
        return told or any(entry.to == "helpdesk" for entry in self.all(Offered))

    @property
    def owner(self) -> Person | None:
        """The agent who claimed it last."""
        claimed = self.last(Claimed)
        return claimed.agent if claimed else None


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEntry] = msgspec.json.Decoder(AnyEntry)
_case_decoder = msgspec.json.Decoder(Case)


def encode_entry(entry: AnyEntry) -> bytes:
    """One ledger line as JSON."""
    return _encoder.encode(entry)


def decode_entry(line: bytes) -> AnyEntry:
    """The inverse of `encode_entry`; raises `msgspec.DecodeError` on anything else."""
    return _decoder.decode(line)


def encode_case(case: Case) -> bytes:
    """A whole case as JSON, as `decroche case ID --json` prints it."""
    return _encoder.encode(case)


def decode_case(data: bytes) -> Case:
    """The inverse of `encode_case`; raises `msgspec.DecodeError` on anything else."""
    return _case_decoder.decode(data)
