"""What an employee is told when a person takes over: who has it since when, what comes next, and when somebody answers."""

from __future__ import annotations

from bot.domain.case import Case, Claimed, Moved, Stage
from bot.domain.diagnosis import Locale
from bot.domain.own_views import HandoverView
from dialogs import words
from dialogs.draft import Rules
from dialogs.hours import hours_of


def view(case: Case, rules: Rules, locale: Locale) -> HandoverView:
    """The hand-over as it stands now."""
    site, claimed = rules.site(case), case.last(Claimed)
    handed = next((moved for moved in case.all(Moved) if moved.to in {Stage.helpdesk, Stage.microsoft}), None)
    since = handed.at if handed else case.opened.at
    hours = hours_of(site)
    return HandoverView(
        locale=locale,
        case=case.id,
        v=case.version,
        since=since,
        owner=claimed.agent.name if claimed else "",
        owner_since=claimed.at if claimed else None,
        opens=hours.opens if hours else "",
        closes=hours.closes if hours else "",
        resumes=hours.resumes(since) if hours and not claimed else None,
        time_zone=words.time_zone(site),
        closed=case.closed,
    )
