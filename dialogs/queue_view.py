"""The helpdesk's queue: open cases, oldest first, narrowed by cause, site, age or agent, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.domain.case import Case
from bot.domain.desk_views import QueueRow, QueueView
from bot.domain.diagnosis import LOCALES, UNDETERMINED, Locale
from bot.domain.order import Order
from bot.domain.people import Person
from bot.domain.views import Choice
from dialogs import guide, service, words
from dialogs.commands import fold
from dialogs.draft import Rules
from dialogs.filling import filled
from dialogs.report import UNSAFE

PAGE: Final = 8
UNKNOWN: Final = "?"  # the filter for cases whose cause, or site, is not known yet
AGES: Final = ("1", "4", "24", "72")  # hours
MINE: Final = frozenset({"mine", "my", "moi", "a moi", "les miens", "mes dossiers", "mes"})
ALL: Final = frozenset({"", "all", "tout", "tous", "everything"})


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a case must be to be listed; empty: anything."""

    cause: str = ""
    site: str = ""
    age: str = ""
    mine: bool = False
    page: int = 1


def filters_of(order: Order, rules: Rules) -> Filters:
    """The filters that a card's inputs set, or the words after « queue » name: a site, a cause, « mine »."""
    values = order.values
    if values:
        page = values.get("page", "")
        return Filters(
            cause=_set(values.get("cause", "")),
            site=_set(values.get("site", "")),
            age=values["age"] if values.get("age") in AGES else "",
            mine=values.get("mine") == "true",
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )
    said = fold(order.text)
    if said in ALL:
        return Filters()
    if said in MINE:
        return Filters(mine=True)
    site = next((one.id for one in rules.sites.values() if said in {fold(one.id), fold(one.name)}), "")
    return Filters(site=site) if site else Filters(cause=_cause_named(said, rules) or UNKNOWN)


def _set(value: str) -> str:
    return "" if value in ALL else value


def _cause_named(said: str, rules: Rules) -> str:
    """The cause whose id or title has these words."""
    for cause in rules.playbook.causes.values():
        titles = (fold(cause.id), *(fold(cause.title.to(locale)) for locale in LOCALES))
        if any(said in title for title in titles):
            return cause.id
    return ""


def queue_view(
    cases: Sequence[Case],
    filters: Filters,
    me: Person,
    rules: Rules,
    locale: Locale,
    at: datetime,
    unread: int = 0,
) -> QueueView:
    """The page that the filters ask for; `at` (UTC) is now, by which ages are told."""
    listed = sorted((case for case in cases if not case.closed), key=lambda case: case.opened.at)
    kept = [case for case in listed if _passes(case, filters, me, at)]
    pages = max(1, -(-len(kept) // PAGE))
    page = min(max(1, filters.page), pages)
    shown = kept[(page - 1) * PAGE : page * PAGE]
    zones = {words.time_zone(rules.site(case)) for case in shown}
    return QueueView(
        locale=locale,
        rows=tuple(row_of(case, rules, locale) for case in shown),
        total=len(kept),
        page=page,
        pages=pages,
        causes=_causes(listed, rules, locale),
        sites=tuple(Choice(value=site.id, title=site.name) for site in rules.sites.values()),
        cause=filters.cause,
        site=filters.site,
        age=filters.age,
        mine=filters.mine,
        unread=unread,
        time_zone=zones.pop() if len(zones) == 1 else words.time_zone(None),
    )


def _passes(case: Case, filters: Filters, me: Person, at: datetime) -> bool:
    owner = case.owner
    return (
        filters.cause in {"", _cause(case) or UNKNOWN}
        and filters.site in {"", case.site or UNKNOWN}
        and (not filters.age or at - case.opened.at >= timedelta(hours=int(filters.age)))
        and (not filters.mine or (owner is not None and owner.key == me.key))
    )


def _cause(case: Case) -> str:
    judged = guide.judged(case)
    return judged.verdict if judged and judged.verdict != UNDETERMINED else ""


def _causes(cases: Sequence[Case], rules: Rules, locale: Locale) -> tuple[Choice, ...]:
    """Those of the open cases; a filter that nothing passes is of no use."""
    found = sorted({cause for case in cases if (cause := _cause(case)) in rules.playbook.causes})
    return tuple(Choice(value=one, title=rules.playbook.causes[one].title.to(locale)) for one in found)


def row_of(case: Case, rules: Rules, locale: Locale) -> QueueRow:
    """A case in a few words."""
    site, cause = rules.site(case), _cause(case)
    return QueueRow(
        case=case.id,
        who=case.opened.person.name or case.known("account").get("display_name", ""),
        where=site.name if site else "",
        since=case.opened.at,
        cause=filled(case, rules, locale).title(cause) if cause else "",
        owner=case.owner.name if case.owner else "",
        stage=case.stage.value,
        priority=service.priority(case),
        emergency=case.symptom is None or case.symptom in UNSAFE,
        overdue=service.overdue(case),
    )
