"""What the bot does about an event, as short words that a transcript can name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.case import Case, Judged, Offered
from bot.domain.events import AnyEffect, Refresh, Show, Tell, Wake
from bot.domain.people import Role

_OTHERS: Final = {
    "StartProbes": "start probes",
    "StartLookup": "start lookup",
    "WriteBundle": "write bundle",
    "Expire": "expire job",
    "CheckRights": "check rights",
    "Consult": "consult",
    "Post": "post",
    "Wake": "wake later",
    "MakeChange": "make change",
}


def deed(effect: AnyEffect, case: Case | None) -> str:
    """`show ask.scope`, `tell say.noted`, `helpdesk: show triage!` (vital), `start probes` …"""
    match effect:
        case Tell(to=to, text=text, urgency=urgency):
            return f"{_to(to)}tell {text}{_mark(urgency)}"
        case Show(to=to, slot=slot, urgency=urgency):
            return f"{_to(to)}show {subject(slot, case)}{_mark(urgency)}"
        case Refresh(slot=slot):
            return f"refresh {subject(slot, case)}"
        case _:
            return _OTHERS[type(effect).__name__]


def deeds(effects: Iterable[AnyEffect], case: Case | None) -> list[str]:
    """All of them; that the bot will come back by itself to a proof, or the next day, goes without saying."""
    return [deed(effect, case) for effect in effects if not _by_itself(effect)]


def _by_itself(effect: AnyEffect) -> bool:
    return isinstance(effect, Wake) and effect.key.partition(":")[0] in {"proof", "followup"}


def subject(slot: str, case: Case | None) -> str:
    """What a slot is about: `step:17` is the step that entry 17 offers, `verdict:9` the cause found there."""
    kind, _, number = slot.partition(":")
    if kind in {"topic", "guide"}:
        return slot.replace(":", " ")
    entry = case.ledger[int(number) - 1] if case and number and kind in {"step", "verdict"} else None
    if isinstance(entry, Offered):
        return entry.step
    return f"verdict {entry.verdict}" if isinstance(entry, Judged) else kind


def _to(role: Role) -> str:
    return "helpdesk: " if role == "helpdesk" else ""


def _mark(urgency: str) -> str:
    return "!" if urgency == "vital" else ""
