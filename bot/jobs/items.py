"""From effects to what lies in the outbox: which queue, under which id, so that order and once hold.

A queue is delivered in order: one for each conversation, one for the helpdesk's side of a case,
and one for each job, so that slow work never delays a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.case import Case, Offered
from bot.domain.conversation import Conversation
from bot.domain.events import (
    AnyEffect,
    CheckRights,
    Consult,
    Expire,
    FetchFile,
    MakeChange,
    Post,
    Refresh,
    Show,
    StartLookup,
    StartProbes,
    Tell,
    UploadFile,
    Wake,
    WriteBundle,
)
from bot.state.cases import Turn
from bot.state.outbox import Item

LATER: Final = "later:"
_WORK: Final = ("job:", "expire:", "wake:", "rights:", "order:")


def is_work(queue: str) -> bool:
    """True for queues that send nothing to anybody."""
    return queue.startswith(_WORK)


def items_of(
    case: Case | None, effects: Sequence[AnyEffect], turn: Turn, conversation: Conversation | None
) -> tuple[Item, ...]:
    """The outbox items of one turn; the same turn always gives the same ids."""
    source = f"{case.id}:{case.version}" if case and case.version > turn.was else turn.activity
    stem = f"{source}:{turn.conversation}" if not case or case.version == turn.was else source
    return tuple(
        Item(
            id=f"{stem}:{i}",
            queue=queue_of(effect, case, conversation),
            case=case.id if case else "",
            effect=effect,
            conversation=conversation,
            not_before=effect.due if isinstance(effect, Wake) else None,
        )
        for i, effect in enumerate(effects)
    )


def queue_of(effect: AnyEffect, case: Case | None, conversation: Conversation | None) -> str:
    """The queue in which an effect waits its turn."""
    match effect:
        case Tell(to=to) | Show(to=to):
            return _side(to == "helpdesk", case, conversation)
        case Refresh(slot=slot):
            return _side(_at_helpdesk(slot, case), case, conversation)
        case (
            StartProbes(job=job)
            | StartLookup(job=job)
            | WriteBundle(job=job)
            | FetchFile(job=job)
            | UploadFile(job=job)
        ):
            return f"job:{job}"
        case Expire(job=job):
            return f"expire:{job}"
        case Wake(key=key):
            return f"wake:{case.id if case else ''}:{key}"
        case MakeChange(change=change):
            return f"job:{change}"
        case CheckRights(incoming=incoming):
            return f"rights:{incoming.person.key}"
        case Consult(incoming=incoming):
            return f"order:{incoming.conversation.id}"
        case Post():
            return conversation.id if conversation else ""


def _side(helpdesk: bool, case: Case | None, conversation: Conversation | None) -> str:
    if helpdesk and case is not None:
        return f"helpdesk:{case.id}"
    if case is not None:
        return case.opened.conversation
    return conversation.id if conversation else ""


def _at_helpdesk(slot: str, case: Case | None) -> bool:
    kind, _, number = slot.partition(":")
    if kind in {"triage", "bundle", "approval"}:
        return True
    n = int(number) if number.isdigit() else 0
    entry = case.ledger[n - 1] if case and 0 < n <= case.version else None
    return isinstance(entry, Offered) and entry.to == "helpdesk"
