"""What an employee may ask of their own case at any point: another language, a detail, older cases."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case
from bot.domain.events import Heard, Show, Tapped
from bot.domain.verb import Verb
from dialogs import history, language
from dialogs.commands import command
from dialogs.draft import Draft

# These do no harm, whichever case's card they are on.
HARMLESS: Final = frozenset(
    {
        Verb.help,
        Verb.status,
        Verb.topics,
        Verb.topic,
        Verb.history,
        Verb.past,
        Verb.language,
        Verb.detail,
        Verb.person,
    }
)


def of_another(case: Case, event: Tapped) -> bool:
    """True for a button of an older case's card that would change the one that is open."""
    return bool(event.card) and event.card != case.id and event.verb not in HARMLESS


def tap(draft: Draft, event: Tapped) -> bool:
    """A button that means the same on every card; False for any other."""
    if event.verb in {Verb.history, Verb.past}:
        draft.do(Show(to="employee", slot=history.slot_tapped(event)))
        return True
    return _said(draft, event, event.verb)


def hear(draft: Draft, event: Heard) -> bool:
    """The same in words."""
    asked = command(event.text)
    if asked is Verb.history:
        draft.do(Show(to="employee", slot=history.list_slot(event.person)))
        return True
    return _said(draft, event, asked or "")


def _said(draft: Draft, event: Heard | Tapped, verb: str) -> bool:
    locale = language.chosen(event)
    if locale is not None:
        language.switch(draft, locale)
    elif verb == Verb.detail:
        draft.do(Show(to="employee", slot="adding"))
    else:
        return False
    return True
