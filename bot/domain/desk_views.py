"""Views of what agents ask for besides a case: the queue, a site, a person, who is on call, what can be typed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.case import Priority
from bot.domain.order import OrderName
from bot.domain.shown import Shown
from bot.domain.views import CheckRow, Choice, Evidence, Unchecked


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One open case; `cause` and `where` are words, empty while unknown, `emergency`: the phone cannot call for help."""

    case: str
    who: str
    where: str
    since: datetime
    cause: str = ""
    owner: str = ""
    stage: str
    priority: Priority = "normal"
    emergency: bool = False
    overdue: bool = False


class QueueView(Shown, frozen=True, kw_only=True):
    """One page of the open cases, oldest first; `cause`, `site`, `age` (hours) and `mine` are the filters in force.

    `total` counts the cases that pass them, `unread` those that were too many to look at.
    """

    rows: tuple[QueueRow, ...]
    total: int
    page: int = 1
    pages: int = 1
    causes: tuple[Choice, ...] = ()
    sites: tuple[Choice, ...] = ()
    cause: str = ""
    site: str = ""
    age: str = ""
    mine: bool = False
    unread: int = 0
    time_zone: str = "UTC"


class SiteView(Shown, frozen=True, kw_only=True):
    """What a measurement of a site found, without a case; `lost`: nothing (more) came back."""

    site: str
    at: datetime
    rows: tuple[CheckRow, ...]
    missing: tuple[Unchecked, ...] = ()
    runner: str = ""
    lost: bool = False
    time_zone: str = "UTC"


class PersonView(Shown, frozen=True, kw_only=True):
    """What the directory says of a person, for an agent."""

    name: str
    upn: str
    at: datetime
    facts: tuple[Evidence, ...]
    missing: tuple[Unchecked, ...] = ()
    particulars: tuple[str, ...] = ()
    time_zone: str = "UTC"


class OnCallView(Shown, frozen=True, kw_only=True):
    """Who is on call."""

    people: tuple[str, ...]


class CommandsView(Shown, frozen=True, kw_only=True):
    """What an agent can type; each has its words in the texts."""

    names: tuple[OrderName, ...]


class SharedView(Shown, frozen=True, kw_only=True):
    """A case in short, as it stood at `at`, for a chat in which nobody acts on it."""

    row: QueueRow
    symptom: str
    at: datetime
    time_zone: str = "UTC"


class ReportView(Shown, frozen=True, kw_only=True):
    """Somebody's message, about to be taken as a report."""

    who: str
    text: str


DeskView = QueueView | SiteView | PersonView | OnCallView | CommandsView | SharedView | ReportView
