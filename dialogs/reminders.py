"""A proof that nobody carries out: the employee is reminded twice, then the helpdesk's card says so."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.domain.case import Case, Offered, Stage, Told
from bot.domain.events import Show, Wake, Woke
from dialogs.draft import Draft, slot_of
from dialogs.times import first_reminder, last_call, next_morning

KEY: Final = "proof"
SILENT: Final = "no_answer"
_LAST: Final = 3


def plan(draft: Draft, offered: Offered) -> None:
    """A proof was put to the employee: asks to be woken when it should long be done."""
    _wake(draft, offered, 1, draft.at + first_reminder())


def woke(draft: Draft, event: Woke) -> None:
    """Reminds, or tells the helpdesk, if this very proof still waits and that was not done yet."""
    _, number, turn = event.key.split(":")
    offered = draft.case.offer()
    done = any(told.what == event.key for told in draft.case.all(Told))
    if offered is None or offered.n != int(number) or draft.case.stage is not Stage.verifying or done:
        return
    draft.add(Told(n=draft.n, at=draft.at, by="bot", what=event.key))
    if int(turn) == _LAST:
        _silent(draft)
        return
    draft.tell("say.reminder")
    draft.do(Show(to="employee", slot=slot_of(offered)))
    morning = next_morning(draft.at, draft.rules.site(draft.case))
    _wake(draft, offered, int(turn) + 1, morning if int(turn) == 1 else draft.at + last_call())


def _wake(draft: Draft, offered: Offered, turn: int, due: datetime) -> None:
    draft.do(Wake(key=f"{KEY}:{offered.n}:{turn}", due=due))


def _silent(draft: Draft) -> None:
    """The helpdesk may conclude; if it never had the case, its card is posted now."""
    posted = any(offered.to == "helpdesk" for offered in draft.case.all(Offered))
    draft.add(Told(n=draft.n, at=draft.at, by="bot", what=SILENT))
    if posted:
        draft.tell("say.no_answer", to="helpdesk", values={"name": draft.case.opened.person.name})
    else:
        draft.do(Show(to="helpdesk", slot="triage"))


def silent_since(case: Case) -> datetime | None:
    """Since when nobody answers to the proof that waits; None while that is not so."""
    offered = case.offer()
    if offered is None or case.stage is not Stage.verifying:
        return None
    told = (entry for entry in case.all(Told) if entry.what == SILENT and entry.n > offered.n)
    return next((entry.at for entry in told), None)
