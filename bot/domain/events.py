"""What can happen to a case (`Event`) and what must then be done outside (`Effect`).

`advance(case, event)` turns the first into the second without doing any of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from bot.domain.case import Case, JobEnd
from bot.domain.change import ChangeEnd
from bot.domain.conversation import Incoming, Message
from bot.domain.diagnosis import Locale
from bot.domain.fact import Fact
from bot.domain.file import FileKind, SentFile
from bot.domain.order import Order
from bot.domain.people import Person, Role
from bot.domain.probe import ProbeResult
from bot.errors import FileTrouble


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something happened at `at` (UTC)."""

    at: datetime


class Heard(Event, frozen=True, kw_only=True):
    """A person wrote something; `past` are their closed cases, newest first, where no case is open.

    `language` is the one that they once asked for, if they did. `approver` and `subject` are as in `Tapped`.
    `files` came with the words, or alone; `edited`: the words take the place of others.
    """

    person: Person
    conversation: str
    tenant: str = ""
    text: str
    locale: Locale
    role: Role = "employee"
    past: tuple[Case, ...] = ()
    language: Locale | None = None
    approver: bool = False
    subject: Person | None = None
    files: tuple[SentFile, ...] = ()
    edited: bool = False


class Tapped(Event, frozen=True, kw_only=True):
    """A person used a button of a card; `values` are its inputs, as text.

    `allowed` is False for somebody who may not act on the case. `card` is the case that the card was about;
    `past` and `language` are as in `Heard`. `approver`: may approve changes. `subject` is the agent whom it names.
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
    approver: bool = False
    card: str = ""
    past: tuple[Case, ...] = ()
    language: Locale | None = None
    subject: Person | None = None


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
    """The directory answered; `not_checked` maps a fact to the reason why it could not be had.

    `done`: nothing more will come.
    """

    job: str
    facts: tuple[Fact, ...] = ()
    not_checked: dict[str, str] = {}
    account: dict[str, str] = {}
    done: bool = True


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


class ChangeMade(Event, frozen=True, kw_only=True):
    """An approved change was carried out, or could not be; the fields are those of `Changed`."""

    change: str
    how: ChangeEnd
    added: bool = False
    resumed: bool = False
    why: str = ""
    detail: str = ""


class FileCame(Event, frozen=True, kw_only=True):
    """A file was fetched and kept; `by` is who sent it and `sent` when. `named`: its name says what it is."""

    file: str
    name: str
    sha256: str
    size: int
    what: FileKind
    by: str
    sent: datetime
    named: bool = True


class FileFailed(Event, frozen=True, kw_only=True):
    """A file could not be kept."""

    file: str
    name: str
    why: FileTrouble
    by: str


AnyEvent = (
    Heard | Tapped | ProbesReported | LookedUp | JobLost | BundleWritten | Woke | ChangeMade | FileCame
    | FileFailed
)  # fmt: skip


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="effect", omit_defaults=True):
    """Something to do after the case is stored; each is safe to repeat unless it sends."""


Urgency = Literal["normal", "vital"]


class Tell(Effect, frozen=True, kw_only=True):
    """Send a sentence; `vital` ones are repeated when nobody can know whether they arrived.

    `mentions` are named after it, so that Teams tells them.
    """

    to: Role
    text: str
    values: dict[str, str] = {}
    urgency: Urgency = "normal"
    mentions: tuple[Person, ...] = ()


class Show(Effect, frozen=True, kw_only=True):
    """Send the card of a slot (`safety`, `intake`, `checks`, `step:17`, `verdict`, `triage` …)."""

    to: Role
    slot: str
    urgency: Urgency = "normal"


class Refresh(Effect, frozen=True, kw_only=True):
    """Bring the card of a slot up to date where it was sent; nothing when it never was."""

    slot: str


class StartProbes(Effect, frozen=True, kw_only=True):
    """Ask the site's runner to run a plan; `mac` is the phone's, by which switches know it.

    Without a `plan`, the one that suits the `symptom`; `fact:A,B` measures only what decides these facts.
    """

    job: str
    site: str
    plan: str = ""
    mac: str = ""
    symptom: str = ""


class StartLookup(Effect, frozen=True, kw_only=True):
    """Ask the directory about the person of the case."""

    job: str


class WriteBundle(Effect, frozen=True, kw_only=True):
    """Write the escalation to Microsoft."""

    job: str
    locale: Locale


class Expire(Effect, frozen=True, kw_only=True):
    """If the job has not ended by now, it is lost; with a `site`, only if nobody there shows a sign of life."""

    job: str
    site: str = ""


class Wake(Effect, frozen=True, kw_only=True):
    """Let the case hear `Woke(key)` at `due` (UTC), whatever has become of it by then."""

    key: str
    due: datetime


class MakeChange(Effect, frozen=True, kw_only=True):
    """Carry out an approved change; what it is stands in the ledger."""

    change: str


class Consult(Effect, frozen=True, kw_only=True):
    """Answer an agent's order that is about no case, or that shows one, where they gave it."""

    order: Order
    incoming: Incoming


class Post(Effect, frozen=True, kw_only=True):
    """Send something to the conversation of its item: the card of a case's `slot` as it is then, else `message`.

    With `instead`, it takes the place of that activity.
    """

    slot: str = ""
    message: Message | None = None
    instead: str = ""
    locale: Locale = "fr"
    urgency: Urgency = "normal"
    to: Role = "employee"


class FetchFile(Effect, frozen=True, kw_only=True):
    """Fetch a file that `by` sent at `sent`, and keep it."""

    job: str
    file: SentFile
    by: str
    sent: datetime


class UploadFile(Effect, frozen=True, kw_only=True):
    """Upload a file that somebody accepted; `values` are what the offer carried and where Teams wants it."""

    job: str
    values: dict[str, str]
    instead: str
    locale: Locale
    at: datetime


class CheckRights(Effect, frozen=True, kw_only=True):
    """Find out whether the person belongs to the helpdesk, then hear what they did again."""

    incoming: Incoming


AnyEffect = (
    Tell | Show | Refresh | StartProbes | StartLookup | WriteBundle | Expire | Wake | CheckRights | MakeChange
    | Consult | Post | FetchFile | UploadFile
)  # fmt: skip
