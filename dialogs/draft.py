"""A case while it is being advanced: entries and effects gather here, and nowhere else.

A draft lives inside one call of `advance`; from outside the function stays pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec

from bot.diagnosis.playbook import Playbook, restricted
from bot.diagnosis.spec import ModelSpec
from bot.domain.case import (
    AnyEntry,
    Case,
    JobKind,
    JobStarted,
    Known,
    Moved,
    NotChecked,
    Noted,
    Offered,
    Stage,
    Stepped,
)
from bot.domain.diagnosis import Outcome
from bot.domain.events import AnyEffect, Refresh, Tell, Urgency
from bot.domain.fact import Source, Value
from bot.domain.people import Person, Role
from bot.domain.site import Site, Sites
from dialogs.phones import model_of

# `restricted` builds tables; a helpdesk has few models at few sites.
_book = lru_cache(maxsize=256)(restricted)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What does not change while a case runs: the playbook and the organisation's sites.

    `older` are the versions of the playbook with which cases were opened that are still open; `fixes` says that
    the bot may make changes that two people asked for.
    """

    playbook: Playbook
    sites: Sites = {}
    helpdesk: bool = True
    older: Mapping[str, Playbook] = {}
    fixes: bool = False

    def site(self, case: Case) -> Site | None:
        """The site of a case, when it is known and still described."""
        return self.sites.get(case.site or "")

    def model(self, case: Case | None) -> ModelSpec | None:
        """The model of a case's phone; the playbook's first while nobody has said."""
        return model_of(self.opened_with(case), case)

    def opened_with(self, case: Case | None) -> Playbook:
        """The playbook in the version with which a case was opened; today's when there is no other."""
        version = case.opened.playbook if case and case.ledger else self.playbook.version
        return self.playbook if version == self.playbook.version else self.older.get(version, self.playbook)

    def book(self, case: Case | None) -> Playbook:
        """The playbook that judges and words a case: for its phone model, at its site."""
        model = self.model(case)
        playbook = self.opened_with(case)
        return _book(playbook, model.id if model else "", (case.site if case else None) or "")


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an event: the case as it is now (None: still none), and what must be done."""

    case: Case | None
    effects: tuple[AnyEffect, ...] = ()


def author(person: Person) -> str:
    """How the ledger names an agent."""
    return f"agent:{person.name or person.key}"


def nonce_of(case_id: str, n: int) -> str:
    """The mark of the offer in entry `n`: same case and entry, same mark, in any process."""
    return hashlib.blake2s(f"{case_id}:{n}".encode(), digest_size=6).hexdigest()


FOLLOWUP: Final = "followup"
FORMS: Final = frozenset({"intake", "details", FOLLOWUP})


def slot_of(offered: Offered) -> str:
    """The slot of the card that carries an offer: forms have their own, all else is a step."""
    return f"{offered.step if offered.step in FORMS else 'step'}:{offered.n}"


class Draft:
    """A case plus what is being added to it at `at`."""

    def __init__(self, case: Case, at: datetime, rules: Rules) -> None:
        self.case = case
        self.at = at
        self.rules = rules
        self.effects: list[AnyEffect] = []

    @property
    def n(self) -> int:
        """The number that the next entry will have."""
        return self.case.version + 1

    def add(self, entry: AnyEntry) -> None:
        """Appends one entry to the ledger."""
        self.case = Case(id=self.case.id, ledger=(*self.case.ledger, entry))

    def do(self, *effects: AnyEffect) -> None:
        """Asks for effects, in this order."""
        self.effects.extend(effects)

    def result(self) -> Advance:
        """The outcome; a triage card that stands in the channel follows every change of its case."""
        self._note_other_playbook()
        if self.case.at_helpdesk:
            self.do(Refresh(slot="triage"))
        return Advance(case=self.case, effects=tuple(self.effects))

    def _note_other_playbook(self) -> None:
        """Notes that the version with which the case was opened is lost, so that today's judges it."""
        opened, judge = self.case.opened.playbook, self.rules.opened_with(self.case).version
        if opened != judge:
            self.know("playbook", {"opened": opened, "judge": judge}, "bot")

    def tell(
        self,
        text: str,
        *,
        to: Role = "employee",
        values: Mapping[str, str] | None = None,
        urgency: Urgency = "normal",
    ) -> None:
        """Says a sentence to somebody; one that carries a person's own words is `vital`."""
        self.do(Tell(to=to, text=text, values=dict(values or {}), urgency=urgency))

    def note(
        self, fact: str, value: Value, source: Source, by: str, about: str = "", detail: str = ""
    ) -> None:
        """Notes a fact."""
        self.add(
            Noted(
                n=self.n, at=self.at, by=by, fact=fact, value=value, source=source, about=about, detail=detail
            )
        )

    def not_checked(self, fact: str, why: str, by: str, about: str = "") -> None:
        """Notes that a fact could not be had."""
        self.add(NotChecked(n=self.n, at=self.at, by=by, fact=fact, why=why, about=about))

    def know(self, topic: str, data: Mapping[str, str], by: str) -> None:
        """Notes particulars, leaving out empty ones and those already known."""
        known = self.case.known(topic)
        fresh = {key: value for key, value in data.items() if value and known.get(key) != value}
        if fresh:
            self.add(Known(n=self.n, at=self.at, by=by, topic=topic, data=fresh))

    def step(self, step: str, outcome: Outcome, by: str, nonce: str = "", note: str = "") -> None:
        """Notes how a step ended."""
        self.add(Stepped(n=self.n, at=self.at, by=by, step=step, outcome=outcome, nonce=nonce, note=note))

    def move(self, to: Stage, why: str = "", by: str = "bot") -> None:
        """Moves the case to another stage, unless it is there; a hand-over says so once nobody has it any more."""
        if self.case.stage is to:
            return
        was_closed = self.case.closed
        self.add(Moved(n=self.n, at=self.at, by=by, to=to, why=why))
        if self.case.at_helpdesk and self.case.closed != was_closed:
            self.do(Refresh(slot="handover"))

    def offer(self, step: str, to: Role) -> Offered:
        """Puts a step to somebody."""
        nonce = nonce_of(self.case.id, self.n)
        offered = Offered(n=self.n, at=self.at, by="bot", step=step, to=to, nonce=nonce)
        self.add(offered)
        return offered

    def job(
        self, what: JobKind, step: str = "", *, recheck: bool = False, facts: tuple[str, ...] = ()
    ) -> str:
        """Notes that a job was asked for; returns its id."""
        job = f"{self.case.id}-{self.n}"
        self.add(
            JobStarted(
                n=self.n, at=self.at, by="bot", job=job, what=what, step=step, recheck=recheck, facts=facts
            )
        )
        return job
