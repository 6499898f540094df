"""A person's own cases: a list with how each ended, and one of them in short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.case import Case, Moved
from bot.domain.diagnosis import Locale
from bot.domain.events import Show, Tapped
from bot.domain.own_views import HistoryView, PastRow, PastView
from bot.domain.people import Person
from bot.domain.verb import Verb
from dialogs import guide, words
from dialogs.draft import Advance, Rules
from dialogs.filling import filled

# `history:PERSON` is the list, `past:CASE:PERSON` one case of that person.
SLOTS: Final = frozenset({"history", "past"})


def owner_of(slot: str) -> str:
    """The key of the person whose cases a slot is about; empty for any other slot."""
    kind, _, rest = slot.partition(":")
    return "" if kind not in SLOTS else rest if kind == "history" else rest.partition(":")[2]


def list_slot(person: Person) -> str:
    """The slot of a person's list."""
    return f"history:{person.key}"


def show(case: Case | None, person: Person) -> Advance:
    """Shows somebody their own cases."""
    return Advance(case=case, effects=(Show(to="employee", slot=list_slot(person)),))


def slot_tapped(event: Tapped) -> str:
    """What a button asks to see: one case, or the list."""
    wanted = event.values.get("value", "")
    if event.verb == Verb.past and wanted:
        return f"past:{wanted.replace(':', '')}:{event.person.key}"
    return list_slot(event.person)


def tapped(case: Case | None, event: Tapped) -> Advance:
    """The same, asked by a button."""
    return Advance(case=case, effects=(Show(to="employee", slot=slot_tapped(event)),))


def view(slot: str, past: Sequence[Case], rules: Rules, locale: Locale) -> HistoryView | PastView | None:
    """The list; or one case, the list again if there is no such case of theirs."""
    kind, _, rest = slot.partition(":")
    wanted = rest.partition(":")[0] if kind == "past" else ""
    one = next((case for case in past if case.id == wanted), None)
    if one is not None:
        return _one(one, rules, locale)
    return HistoryView(locale=locale, rows=tuple(_row(case, rules, locale) for case in past))


def _row(case: Case, rules: Rules, locale: Locale) -> PastRow:
    site = rules.site(case)
    return PastRow(
        case=case.id,
        title=_symptom(case, rules, locale),
        phone=_phone(case),
        since=case.opened.at,
        time_zone=words.time_zone(site),
        stage=case.stage.value,
    )


def _symptom(case: Case, rules: Rules, locale: Locale) -> str:
    symptom = rules.book(case).symptoms.get(case.symptom or "")
    return (symptom.short or symptom.title).to(locale) if symptom else ""


def _phone(case: Case) -> str:
    known = case.known("phone")
    return known.get("label") or known.get("mac", "")


def _one(case: Case, rules: Rules, locale: Locale) -> PastView:
    in_words, judged = filled(case, rules, locale), guide.judged(case)
    ended, site = case.last(Moved), rules.site(case)
    return PastView(
        locale=locale,
        case=case.id,
        v=case.version,
        title=_symptom(case, rules, locale),
        phone=_phone(case),
        where=site.name if site else "",
        since=case.opened.at,
        ended=ended.at if ended and case.closed else None,
        time_zone=words.time_zone(site),
        stage=case.stage.value,
        cause=words.plainly(in_words.title(judged.verdict))
        if judged and judged.verdict in in_words.book.causes
        else "",
        done=tuple(tried.text for tried in words.tried(in_words, case) if tried.outcome == "fixed"),
        earlier=case.known("earlier").get("case", ""),
    )
