"""How urgent a case is, until when it should be mended, and what happens when that time has come."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final, get_args

import msgspec

from bot.domain.case import Case, Prioritised, Priority, Remarked, Told
from bot.domain.events import Wake, Woke
from bot.domain.standing import Remark, Standing
from dialogs.commands import fold
from dialogs.draft import Draft

PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)
WAKE: Final = "due"


class _Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hours: float
    says: tuple[str, ...]


@cache
def _levels() -> dict[Priority, _Level]:
    table = tomllib.loads(files("dialogs").joinpath("service.toml").read_text(encoding="utf-8"))
    return msgspec.convert(table, dict[Priority, _Level])


def priority_said(text: str) -> Priority | None:
    """The priority that a word names, in either language."""
    said = fold(text)
    return next((level for level, spec in _levels().items() if said in map(fold, spec.says)), None)


def priority(case: Case) -> Priority:
    """How urgent the case is, as an agent said last."""
    said = case.last(Prioritised)
    return said.priority if said else "normal"


def due(case: Case) -> datetime:
    """Until when (UTC) it should be mended."""
    return case.opened.at + timedelta(hours=_levels()[priority(case)].hours)


def overdue(case: Case) -> bool:
    """True once that time has come; the ledger says so, because views know no clock."""
    said = _mark(case)
    return not case.closed and any(told.what == said for told in case.all(Told))


def standing(case: Case) -> Standing:
    """How the case stands with the helpdesk."""
    remarks = tuple(
        Remark(text=entry.text, by=entry.by.removeprefix("agent:"), at=entry.at, n=entry.n)
        for entry in case.all(Remarked)
    )
    return Standing(priority=priority(case), due=due(case), overdue=overdue(case), remarks=remarks)


def wake(case: Case) -> Wake:
    """The effect that lets the case hear when the time has come."""
    return Wake(key=f"{WAKE}:{priority(case)}", due=due(case))


def time_came(draft: Draft, event: Woke) -> None:
    """The time has come: the card and the thread say so, once; not for a priority that it has no more."""
    case = draft.case
    if case.closed or overdue(case) or event.key != f"{WAKE}:{priority(case)}":
        return
    draft.add(Told(n=draft.n, at=draft.at, by="bot", what=_mark(case)))
    draft.tell("trail.overdue", to="helpdesk")


def _mark(case: Case) -> str:
    return f"overdue:{priority(case)}"
