"""What a case does when a time that it had named has come: reminders, ends of offers, the next day's question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.events import Woke
from dialogs import approve, followup, reminders, service
from dialogs.draft import FOLLOWUP, Draft

# The part of a key before its first colon → what is done; each looks first whether it is still wanted.
WAKES: Final[Mapping[str, Callable[[Draft, Woke], None]]] = {
    "approval": approve.approval_over,
    "due": service.time_came,
    "arrival": approve.look_again,
    "undoing": approve.undo_over,
    FOLLOWUP: followup.woke,
    reminders.KEY: reminders.woke,
}


def woke(draft: Draft, event: Woke) -> None:
    """Hears a time that the case asked for; one that nobody knows any more is let pass."""
    handler = WAKES.get(event.key.partition(":")[0])
    if handler is not None:
        handler(draft, event)
