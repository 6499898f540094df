"""A message that was changed after it was sent counts as a new statement; what was said before stays in the case."""

from __future__ import annotations

from bot.domain.case import Said
from bot.domain.events import AnyEvent, Heard
from dialogs.draft import Draft


def unchanged(draft: Draft, event: AnyEvent) -> bool:
    """True for an edit that says what was said before; the employee hears that any other was read."""
    if not isinstance(event, Heard) or not event.edited:
        return False
    last = next(
        (e for e in reversed(draft.case.ledger) if isinstance(e, Said) and e.role == event.role), None
    )
    if last is not None and last.text == event.text:
        return True
    if event.role == "employee":
        draft.tell("say.edit_read")
    return False
