"""View models: what a card says, already in words, with nothing left to decide.

`dialogs.views` makes them from a case, `cards` draws them. Playbook texts (titles, instructions,
answers) are resolved here; the words of the card's own furniture are those of `cards`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from bot.domain.change import Change, ChangeState, FixOffer
from bot.domain.diagnosis import Outcome, StepKind, Who
from bot.domain.fact import Source
from bot.domain.own_views import AddingView, FollowupView, HandoverView, HistoryView, PastView, Picture
from bot.domain.pace import Pace
from bot.domain.people import Role
from bot.domain.shown import Shown as _View
from bot.domain.shown import ShownOfCase as _CaseView
from bot.domain.standing import Standing
from bot.domain.verb import Verb


class Choice(msgspec.Struct, frozen=True):
    """One possible answer: what comes back, and what is read."""

    value: str
    title: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One fact (or act, with its `outcome`) in words, how it was come by, and the ledger entry that it cites.

    `by` is the runner that measured it.
    """

    text: str
    source: Source
    at: datetime
    n: int
    outcome: Outcome | None = None
    by: str = ""


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
    """What the screen says and which phone it is, filled in; `phones`: of earlier cases, `earlier`: the likeliest."""

    symptoms: tuple[Choice, ...]
    symptom: str | None
    sites: tuple[Choice, ...]
    site: str | None
    phone: str = ""
    phones: tuple[Choice, ...] = ()
    earlier: str = ""
    answered: bool = False


class CheckState(StrEnum):
    """How far one automatic check is."""

    waiting = "waiting"
    ok = "ok"
    bad = "bad"
    unsure = "unsure"
    not_checked = "not_checked"


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the checks card; `pace`, when it took much longer than it should."""

    id: str
    title: str
    state: CheckState
    detail: str = ""
    pace: Pace | None = None


class Unchecked(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that could not be had; `why` is an id of `bot.domain.reason`, `since` its last sign of life.

    `permission` is the one that the bot lacks, told to agents only.
    """

    titles: tuple[str, ...]
    why: str
    since: datetime | None = None
    permission: str = ""


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
    picture: Picture | None = None
    buttons: tuple[Verb, ...] = ()
    answered: str | None = None


class DetailsView(_CaseView, frozen=True, kw_only=True):
    """What the ticket to Microsoft still lacks and a person can look up; nothing in it is compulsory.

    `given`: once answered, whether anything was filled in.
    """

    step: str
    fields: tuple[Field, ...]
    picture: Picture | None = None
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


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A measured quantity (milliseconds, per cent), and the most that is good enough, where somebody published that."""

    name: Literal["rtt_ms", "loss_pct", "jitter_ms"]
    value: float
    limit: float | None = None


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement that no rule reasons about, as evidence; without `figures` and `pace` nothing came back."""

    prober: str
    host: str
    ok: bool | None
    at: datetime
    n: int
    by: str
    figures: tuple[Figure, ...] = ()
    pace: Pace | None = None


class Socket(msgspec.Struct, frozen=True, kw_only=True):
    """Where the phone hangs, as its switch says; VLANs by number, power by the word of the fact `switch.poe`."""

    name: str
    untagged: str = ""
    voice: str = ""
    poe: str = ""
    watts: str = ""


class TriageView(_CaseView, frozen=True, kw_only=True):
    """The helpdesk's card: always what the ledger says now.

    `unasked`: nobody has asked the person yet where the phone is and which one; `mark`: what buttons
    carry while they prove a repair; `silent`: since when nobody answers to that; `earlier`: an older case that it follows; `afterwards`: what the helpdesk may look at once a case is mended; `guide`: there are topics.
    """

    who: str
    upn: str
    where: str
    phone: str
    socket: Socket | None = None
    since: datetime
    time_zone: str
    stage: str
    emergency: bool
    told: bool = False
    causes: tuple[Ranked, ...]
    evidence_for: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    contradictions: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
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
    silent: datetime | None = None
    earlier: str = ""
    afterwards: tuple[str, ...] = ()
    guide: bool = False
    fix: FixOffer | None = None
    owner: str = ""
    standing: Standing | None = None
    who_acts: Who | None = None
    buttons: tuple[Verb, ...] = ()
    closed: bool = False


class ApprovalView(_CaseView, frozen=True, kw_only=True):
    """A change that waits for its second key, and later what became of it.

    `state` is how it stands, `why` a text id when it was not made and `detail` what that names. `until`: how
    long it can be approved, or taken back.
    """

    change: Change
    state: ChangeState
    who: str
    proposed_by: str
    since: datetime
    until: datetime | None = None
    decided_by: str = ""
    ended: datetime | None = None
    resumed: bool = False
    arrived: bool = False
    why: str = ""
    detail: str = ""
    evidence: tuple[Evidence, ...] = ()
    commands: tuple[CommandLine, ...] = ()
    buttons: tuple[Verb, ...] = ()
    time_zone: str = "UTC"


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
    buttons: tuple[Verb, ...] = ()


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
    | TriageView | ApprovalView | StatusView | ClosingView | BundleView | TopicsView | TopicView
    | HistoryView | PastView | AddingView | FollowupView | HandoverView
)  # fmt: skip
