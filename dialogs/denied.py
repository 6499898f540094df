"""Somebody did what they may not do: the case remembers it, and nothing else comes of it."""

from __future__ import annotations

from bot.domain.case import Denied
from bot.domain.events import Tapped
from dialogs.draft import Draft


def denied(draft: Draft, event: Tapped) -> None:
    """Records it, once in a row."""
    last = draft.case.ledger[-1]
    if isinstance(last, Denied) and last.person.key == event.person.key and last.verb == event.verb:
        return
    draft.add(Denied(n=draft.n, at=event.at, by="teams", person=event.person, verb=event.verb))
