"""A detail added or put right at any time: on a card of its own, or just by writing it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.words import Words
from bot.domain.case import Case, Noted
from bot.domain.diagnosis import Locale
from bot.domain.events import Heard, Tapped
from bot.domain.fact import UNKNOWN, Fact, Source
from bot.domain.own_views import AddingView
from dialogs.draft import Draft, Rules
from dialogs.filling import filled

LONGEST = 1000


def as_words(event: Tapped) -> Heard | None:
    """What was written on the card, to be heard like any message; None when nothing was."""
    text = event.values.get("detail", "").strip()[:LONGEST]
    if not text:
        return None
    return Heard(
        at=event.at,
        person=event.person,
        conversation=event.conversation,
        tenant=event.tenant,
        text=text,
        locale=event.locale,
        language=event.language,
    )


def view(case: Case, rules: Rules, locale: Locale) -> AddingView:
    """The card: what the person has told so far, and room for more."""
    in_words = filled(case, rules, locale)
    newest = {e.fact: e for e in case.round() if isinstance(e, Noted)}
    told = (e for e in newest.values() if e.source is Source.told and e.value != UNKNOWN)
    lines = tuple(_words(in_words.book, locale, Fact(id=e.fact, value=e.value)) for e in told)
    return AddingView(locale=locale, case=case.id, v=case.version, told=lines)


def corrected(draft: Draft, facts: Iterable[Fact]) -> bool:
    """Names each fact that now has another value than the one noted before; True when there was one."""
    known = {fact.id: fact for fact in draft.case.facts() if fact.value != UNKNOWN}
    book, locale = draft.rules.book(draft.case), draft.case.locale
    changed = [
        (known[fact.id], fact) for fact in facts if fact.id in known and known[fact.id].value != fact.value
    ]
    for old, new in changed:
        draft.tell(
            "say.corrected", values={"was": _words(book, locale, old), "now": _words(book, locale, new)}
        )
    return bool(changed)


def _words(book: Playbook, locale: Locale, fact: Fact) -> str:
    return Words(book).evidence(locale, Fact(id=fact.id, value=fact.value))
