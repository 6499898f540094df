"""What can happen to a case (`Event`) and what must then be done outside (`Effect`).

`advance(case, event)` turns the first into the second without doing any of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from bot.domain.case import JobEnd
from bot.domain.conversation import Incoming
from bot.domain.diagnosis import Locale
from bot.domain.fact import Fact
from bot.domain.people import Person, Role
from bot.domain.probe import ProbeResult


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something happened at `at` (UTC)."""

    at: datetime


class Heard(Event, frozen=True, kw_only=True):
    """A person wrote something."""

    person: Person
    conversation: str
    tenant: str = ""
    text: str
    locale: Locale
    role: Role = "employee"


class Tapped(Event, frozen=True, kw_only=True):
    """A person used a button of a card; `values` are its inputs, as text.

    `allowed` is False for somebody who may not act on the case.
    """

    person: Person
    conversation: str
    tenant: str = ""
    verb: str
    locale: Locale
    nonce: str = ""
    step: str = ""
    values: dict[str, str] = {}
    role: Role = "employee"
    allowed: bool = True


class ProbesReported(Event, frozen=True, kw_only=True):
    """A runner sent results; `facts` is what they mean. `done`: nothing more will come.

    `known` are particulars by topic (`phone`, `switch`). `taken` is when the runner took the job.
    """

    job: str
    runner: str
    results: dict[int, ProbeResult]
    facts: tuple[Fact, ...] = ()
    known: dict[str, dict[str, str]] = {}
    done: bool = False
    taken: datetime | None = None


class LookedUp(Event, frozen=True, kw_only=True):
    """The directory answered; `not_checked` maps a fact to the reason why it could not be had."""

    job: str
    facts: tuple[Fact, ...] = ()
    not_checked: dict[str, str] = {}
    account: dict[str, str] = {}


class JobLost(Event, frozen=True, kw_only=True):
    """A job ended without (all) its results."""

    job: str
    how: JobEnd
    detail: str = ""


class BundleWritten(Event, frozen=True, kw_only=True):
    """The escalation lies ready."""

    job: str
    name: str
    sha256: str
    missing: tuple[str, ...] = ()


class Woke(Event, frozen=True, kw_only=True):
    """The time has come that a `Wake` named by `key`."""

    key: str


AnyEvent = Heard | Tapped | ProbesReported | LookedUp | JobLost | BundleWritten | Woke


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="effect", omit_defaults=True):
    """Something to do after the case is stored; each is safe to repeat unless it sends."""


Urgency = Literal["normal", "vital"]


class Tell(Effect, frozen=True, kw_only=True):
    """Send a sentence; `vital` ones are repeated when nobody can know whether they arrived."""

    to: Role
    text: str
    values: dict[str, str] = {}
    urgency: Urgency = "normal"


class Show(Effect, frozen=True, kw_only=True):
    """Send the card of a slot (`safety`, `intake`, `checks`, `step:17`, `verdict`, `triage` …)."""

    to: Role
    slot: str
    urgency: Urgency = "normal"


class Refresh(Effect, frozen=True, kw_only=True):
    """Bring the card of a slot up to date where it was sent; nothing when it never was."""

    slot: str


class StartProbes(Effect, frozen=True, kw_only=True):
    """Ask the site's runner to run a plan; `mac` is the phone's, by which switches know it."""

    job: str
    site: str
    plan: str
    mac: str = ""


class StartLookup(Effect, frozen=True, kw_only=True):
    """Ask the directory about the person of the case."""

    job: str


class WriteBundle(Effect, frozen=True, kw_only=True):
    """Write the escalation to Microsoft."""

    job: str
    locale: Locale


class Expire(Effect, frozen=True, kw_only=True):
    """If the job has not ended by now, it is lost."""

    job: str


class Wake(Effect, frozen=True, kw_only=True):
    """Let the case hear `Woke(key)` at `due` (UTC), whatever has become of it by then."""

    key: str
    due: datetime


class CheckRights(Effect, frozen=True, kw_only=True):
    """Find out whether the person belongs to the helpdesk, then hear what they did again."""

    incoming: Incoming


AnyEffect = Tell | Show | Refresh | StartProbes | StartLookup | WriteBundle | Expire | Wake | CheckRights
