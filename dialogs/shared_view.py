"""A case in short, for any chat; and the words by which it is found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.case import Case
from bot.domain.desk_views import SharedView
from bot.domain.diagnosis import LOCALES, Locale
from dialogs import words
from dialogs.commands import fold
from dialogs.draft import Rules
from dialogs.filling import filled
from dialogs.queue_view import row_of


def shared_view(case: Case, rules: Rules, locale: Locale, at: datetime) -> SharedView:
    """The case as it stands at `at` (UTC)."""
    in_words = filled(case, rules, locale)
    return SharedView(
        locale=locale,
        row=row_of(case, rules, locale),
        symptom=in_words.title(case.symptom) if case.symptom else "",
        at=at,
        time_zone=words.time_zone(rules.site(case)),
    )


def has_words(case: Case, wanted: str, rules: Rules) -> bool:
    """True when every word is found in the case's number, person, site, symptom, cause or agent, in either language."""
    known = " ".join(fold(text) for text in _texts(case, rules))
    return all(word in known for word in fold(wanted).split())


def _texts(case: Case, rules: Rules) -> Iterable[str]:
    person, account, phone = case.opened.person, case.known("account"), case.known("phone")
    yield from (case.id, person.name, person.upn or "", account.get("display_name", ""))
    yield from phone.values()
    for locale in LOCALES:
        view = shared_view(case, rules, locale, case.opened.at)
        yield from (view.row.where, view.row.cause, view.row.owner, view.symptom)
