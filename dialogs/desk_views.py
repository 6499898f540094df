"""What an agent sees of a site or a person without a case: drawn like the checks of a case that nobody opened."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.domain.case import Case, Noted, Opened
from bot.domain.desk_views import PersonView, SiteView
from bot.domain.diagnosis import Locale
from bot.domain.events import LookedUp, ProbesReported
from bot.domain.fact import UNKNOWN
from bot.domain.people import Person
from bot.domain.site import Site
from bot.domain.views import CheckState
from dialogs import checks, earlier, guide, words
from dialogs.checks_view import checks_view
from dialogs.draft import Draft, Rules
from dialogs.filling import filled
from dialogs.unchecked import unchecked

NOT_FOUND: Final = "no_such_person"
SHOWN: Final = ("department", "office", "number", "usage_location")


def site_view(
    site: Site, found: ProbesReported | None, at: datetime, rules: Rules, locale: Locale
) -> SiteView:
    """What was measured at a site; None: nothing came back."""
    draft = _nobodys(at, rules, locale)
    draft.know("site", earlier.particulars(site), "bot")
    draft.job("probes", guide.PROBES)
    if found is not None:
        job = draft.case.running()[0].job
        checks.probes_reported(draft, _named(found, job))
    rows = checks_view(draft.case, 0, rules, locale).rows if found is not None else ()
    measured = rules.book(draft.case).steps[guide.PROBES].reveals
    return SiteView(
        locale=locale,
        site=site.name,
        at=found.at if found else at,
        rows=tuple(row for row in rows if row.id in measured and row.state is not CheckState.not_checked),
        missing=unchecked(draft.case, rules, locale, among=measured) if found else (),
        runner=found.runner if found else "",
        lost=found is None,
        time_zone=site.time_zone,
    )


def person_view(found: LookedUp, asked: str, at: datetime, rules: Rules, locale: Locale) -> PersonView | None:
    """What the directory says of a person; None when it knows nobody of that name."""
    if found.not_checked and set(found.not_checked.values()) == {NOT_FOUND}:
        return None
    draft = _nobodys(at, rules, locale)
    draft.job("lookup", guide.LOOKUP)
    checks.looked_up(draft, found)
    in_words, account = filled(draft.case, rules, locale), draft.case.known("account")
    known = (entry for entry in draft.case.all(Noted) if entry.value != UNKNOWN)
    return PersonView(
        locale=locale,
        name=account.get("display_name", ""),
        upn=account.get("upn", "") or asked,
        at=at,
        facts=tuple(words.evidence(in_words, entry, role="helpdesk") for entry in known),
        missing=unchecked(draft.case, rules, locale),
        particulars=tuple(account[name] for name in SHOWN if account.get(name)),
        time_zone=words.time_zone(None),
    )


def _nobodys(at: datetime, rules: Rules, locale: Locale) -> Draft:
    """A case that is never stored."""
    opened = Opened(
        n=1,
        at=at,
        by="bot",
        person=Person(id=""),
        conversation="",
        locale=locale,
        playbook=rules.playbook.version,
    )
    return Draft(Case(id="", ledger=(opened,)), at, rules)


def _named(found: ProbesReported, job: str) -> ProbesReported:
    return ProbesReported(
        at=found.at,
        job=job,
        runner=found.runner,
        results=found.results,
        facts=found.facts,
        done=True,
        taken=found.taken,
    )
