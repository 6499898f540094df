"""View models of what an employee sees of their cases beyond the one at hand: older ones, the hand-over, the next day."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.diagnosis import Outcome
from bot.domain.shown import Shown, ShownOfCase


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """Where to look: one of our drawings, and where it can be fetched (empty: nowhere, so it is not shown)."""

    name: str
    url: str = ""


class PastRow(msgspec.Struct, frozen=True, kw_only=True):
    """One case in a person's list; `stage` says how it ended, or where it stands."""

    case: str
    title: str
    phone: str
    since: datetime
    time_zone: str
    stage: str


class HistoryView(Shown, frozen=True, kw_only=True):
    """A person's own cases, newest first."""

    rows: tuple[PastRow, ...]


class PastView(ShownOfCase, frozen=True, kw_only=True):
    """One of a person's cases in short; `earlier` is an older one that it goes back to, `ended` None while it is open."""

    title: str
    phone: str
    where: str
    since: datetime
    ended: datetime | None
    time_zone: str
    stage: str
    cause: str = ""
    done: tuple[str, ...] = ()
    earlier: str = ""


class AddingView(ShownOfCase, frozen=True, kw_only=True):
    """Room for one more detail, or for putting one right; `told` is what the person has said so far."""

    told: tuple[str, ...] = ()


class FollowupView(ShownOfCase, frozen=True, kw_only=True):
    """The next day's question: does it still work? `cause` is what had been wrong."""

    cause: str = ""
    answered: Outcome | None = None


class HandoverView(ShownOfCase, frozen=True, kw_only=True):
    """Who has the case since when, and when somebody answers; `resumes` while the helpdesk is closed.

    `opens` and `closes` are empty where nobody has said when the helpdesk answers.
    """

    since: datetime
    owner: str = ""
    owner_since: datetime | None = None
    opens: str = ""
    closes: str = ""
    resumes: datetime | None = None
    time_zone: str = "UTC"
    closed: bool = False
