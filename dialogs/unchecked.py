"""What could not be had and why, facts with the same reason together: "not checked" is never "fine"."""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from bot.domain.case import Case, NotChecked
from bot.domain.diagnosis import Locale
from bot.domain.fact import UNKNOWN
from bot.domain.reason import OTHER, Reason, read_reason
from bot.domain.views import Unchecked
from dialogs.draft import Rules
from dialogs.filling import filled


def unchecked(
    case: Case, rules: Rules, locale: Locale, among: Container[str] | None = None, *, exact: bool = True
) -> tuple[Unchecked, ...]:
    """The facts of this round (`among` these) that nobody could tell so far, by the latest reason for each.

    Without `exact`, in no more detail than the employee can use.
    """
    known = {fact.id for fact in case.facts() if fact.value != UNKNOWN}
    latest = {
        entry.fact: read_reason(entry.why)
        for entry in case.round()
        if isinstance(entry, NotChecked)
        and entry.fact not in known
        and (among is None or entry.fact in among)
    }
    in_words = filled(case, rules, locale)
    grouped: dict[Reason, list[str]] = {}
    for fact, reason in latest.items():
        told = reason if exact else _plain(reason)
        grouped.setdefault(told, []).append(in_words.title(fact))
    return tuple(
        Unchecked(titles=tuple(titles), why=reason.id, since=reason.since, permission=reason.permission)
        for reason, titles in grouped.items()
    )


def _plain(reason: Reason) -> Reason:
    """Without names of licences and permissions, which mean nothing to whoever cannot grant them."""
    return Reason(id=OTHER) if reason.id == "no_premium" else replace(reason, permission="")
