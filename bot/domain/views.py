"""View models: what a card says, already in words, with nothing left to decide.

`dialogs.views` makes them from a case, `cards` draws them. Playbook texts (titles, instructions,
answers) are resolved here; the words of the card's own furniture are those of `cards`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from bot.domain.diagnosis import Locale, Outcome, StepKind, Who
from bot.domain.fact import Source
from bot.domain.people import Role


class Verb(StrEnum):
    """Every button's meaning; the same word as Action.Execute verb and in Action.Submit data."""

    start = "start"
    answer = "answer"
    fixed = "fixed"
    not_fixed = "not_fixed"
    cannot = "cannot"
    person = "person"
    status = "status"
    help = "help"
    cancel = "cancel"
    restart = "restart"
    claim = "claim"
    resolve = "resolve"
    escalate = "escalate"
    topics = "topics"
    topic = "topic"


class Choice(msgspec.Struct, frozen=True):
    """One possible answer: what comes back, and what is read."""

    value: str
    title: str


class _View(msgspec.Struct, frozen=True, kw_only=True):
    locale: Locale


class _CaseView(_View, frozen=True, kw_only=True):
    """`v` and `nonce` travel in the data of every button."""

    case: str
    v: int = 0
    nonce: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One fact (or act, with its `outcome`) in words, how it was come by, and the ledger entry that it cites."""

    text: str
    source: Source
    at: datetime
    n: int
    outcome: Outcome | None = None


class WelcomeView(_View, frozen=True, kw_only=True):
    """What the bot does, and the commonest symptoms to tap; `person`: somebody to talk to is offered too."""

    symptoms: tuple[Choice, ...] = ()
    person: bool = False


class HelpView(_View, frozen=True, kw_only=True):
    """What can be said at any point; `case` is the open one, if any, `topics` says that there are some."""

    case: str | None = None
    topics: bool = False


class SafetyView(_CaseView, frozen=True, kw_only=True):
    """The phone cannot call for help: these numbers, by these other means."""

    numbers: tuple[str, ...]


class IntakeView(_CaseView, frozen=True, kw_only=True):
    """What the screen says, and which phone it is; what is known is filled in."""

    symptoms: tuple[Choice, ...]
    symptom: str | None
    sites: tuple[Choice, ...]
    site: str | None
    phone: str = ""
    answered: bool = False


class CheckState(StrEnum):
    """How far one automatic check is."""

    waiting = "waiting"
    ok = "ok"
    bad = "bad"
    unsure = "unsure"
    not_checked = "not_checked"


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the checks card."""

    id: str
    title: str
    state: CheckState
    detail: str = ""


class Unchecked(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that could not be had; `why` is an id of `bot.domain.reason`, `since` its last sign of life."""

    titles: tuple[str, ...]
    why: str
    since: datetime | None = None


class ChecksView(_CaseView, frozen=True, kw_only=True):
    """The automatic checks, while they run and after; `missing` says why some told nothing."""

    rows: tuple[CheckRow, ...]
    running: bool
    missing: tuple[Unchecked, ...] = ()
    time_zone: str = "UTC"


class CommandLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line to type on the console `on`; `shows` is what to read in its answer, `changes` that it is no mere look."""

    on: str
    text: str
    shows: str = ""
    changes: bool = False


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One input of a form; `id` names it in what comes back, one without `title` is worded by its id.

    `hint` says where to look; `wrong`: `value` is what was typed, and nobody understands it.
    """

    id: str
    title: str = ""
    choices: tuple[Choice, ...] = ()
    value: str = ""
    input: Literal["time", "text"] | None = None
    hint: tuple[str, ...] = ()
    wrong: bool = False


class StepView(_CaseView, frozen=True, kw_only=True):
    """One question or action for one person; `answered` is what they replied, once they did.

    `caution` is read before anything is begun; only the helpdesk's cards have `commands`. A form has
    `fields`, of which none is compulsory; once answered, their values are words, empty for what is not known.
    """

    step: str
    kind: StepKind
    title: str
    body: tuple[str, ...] = ()
    why: str = ""
    caution: str = ""
    commands: tuple[CommandLine, ...] = ()
    minutes: int | None = None
    choices: tuple[Choice, ...] = ()
    input: Literal["none", "choice", "time", "text", "form"] = "none"
    fields: tuple[Field, ...] = ()
    buttons: tuple[Verb, ...] = ()
    answered: str | None = None


class DetailsView(_CaseView, frozen=True, kw_only=True):
    """What the ticket to Microsoft still lacks and a person can look up; nothing in it is compulsory.

    `given`: once answered, whether anything was filled in.
    """

    step: str
    fields: tuple[Field, ...]
    answered: bool = False
    given: bool = True


class VerdictView(_CaseView, frozen=True, kw_only=True):
    """The cause, how sure, why, and who does what next."""

    title: str
    explanation: str
    percent: int
    evidence_for: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    contradictions: tuple[str, ...] = ()
    next: str = ""
    who_acts: Who | None = None
    buttons: tuple[Verb, ...] = ()
    time_zone: str = "UTC"


class Ranked(msgspec.Struct, frozen=True):
    """A possible cause with its probability in percent."""

    title: str
    percent: int


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """A step and how it ended, both in words."""

    text: str
    outcome: str
    at: datetime
    n: int


class TriageView(_CaseView, frozen=True, kw_only=True):
    """The helpdesk's card: always what the ledger says now.

    `unasked`: nobody has asked the person yet where the phone is and which one; `mark`: what buttons
    carry while they prove a repair; `afterwards`: what the helpdesk may look at once a case is mended; `guide`: there are topics.
    """

    who: str
    upn: str
    where: str
    phone: str
    since: datetime
    time_zone: str
    stage: str
    emergency: bool
    told: bool = False
    causes: tuple[Ranked, ...]
    evidence_for: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    contradictions: tuple[str, ...] = ()
    not_checked: tuple[Unchecked, ...] = ()
    tried: tuple[Tried, ...] = ()
    running: tuple[str, ...] = ()
    step: str = ""
    asked: str = ""
    asked_body: tuple[str, ...] = ()
    caution: str = ""
    commands: tuple[CommandLine, ...] = ()
    unasked: bool = False
    mark: str = ""
    afterwards: tuple[str, ...] = ()
    guide: bool = False
    owner: str = ""
    who_acts: Who | None = None
    buttons: tuple[Verb, ...] = ()
    closed: bool = False


class StatusView(_CaseView, frozen=True, kw_only=True):
    """Where the case stands, for the employee."""

    stage: str
    since: datetime
    time_zone: str
    done: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    next: str = ""
    who_acts: Who | None = None
    owner: str = ""
    buttons: tuple[Verb, ...] = ()


class ClosingView(_CaseView, frozen=True, kw_only=True):
    """How the case ended, and what proves it."""

    how: Literal["fixed", "withdrawn", "microsoft"]
    cause: str = ""
    proof: tuple[Evidence, ...] = ()
    time_zone: str = "UTC"


class BundleView(_CaseView, frozen=True, kw_only=True):
    """The finished Microsoft ticket, for the helpdesk: where it is and what it still lacks."""

    name: str
    sha256: str
    missing: tuple[str, ...] = ()
    summary: str = ""
    url: str | None = None


class TopicsView(_CaseView, frozen=True, kw_only=True):
    """Questions that can be asked by a tap: the employee's, or the helpdesk's guide; `case` is empty without one."""

    audience: Role
    topics: tuple[Choice, ...]


class TopicView(_CaseView, frozen=True, kw_only=True):
    """The answer to one question; `steps` is what one can do about it."""

    audience: Role
    title: str
    answer: tuple[str, ...]
    steps: tuple[str, ...] = ()
    commands: tuple[CommandLine, ...] = ()


View = (
    WelcomeView | HelpView | SafetyView | IntakeView | ChecksView | StepView | DetailsView | VerdictView
    | TriageView | StatusView | ClosingView | BundleView | TopicsView | TopicView
)  # fmt: skip
