"""Sample views of what agents ask for besides a case, in each language."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.desk_views import (
    CommandsView,
    DeskView,
    OnCallView,
    PersonView,
    QueueRow,
    QueueView,
    SiteView,
)
from bot.domain.diagnosis import Locale
from bot.domain.fact import Source
from bot.domain.standing import Remark, Standing
from bot.domain.views import CheckRow, CheckState, Choice, Evidence, TriageView, Unchecked
from tests.support.triage_views import triage
from tests.support.view_parts import NINE, PARIS, SITES, either, later


def tools(locale: Locale) -> TriageView:
    """The triage card with its clock, an agent's remark and everything else that an agent may do."""
    found = either(locale, "Le port 12 est en err-disabled.", "Port 12 is err-disabled.")
    remarks = (Remark(text=found, by="Paul Nguyen", at=later(20), n=25),)
    standing = Standing(priority="high", due=later(480), overdue=True, remarks=remarks)
    return replace(triage(locale), standing=standing)


def row(locale: Locale, number: int = 1042) -> QueueRow:
    """One case of the queue."""
    return QueueRow(
        case=f"D-{number}",
        who="Jeanne Martin",
        where="Lyon Part-Dieu",
        since=later(number - 1042),
        cause=either(locale, "Serveur de noms du site", "The site's name server"),
        owner="Paul Nguyen",
        stage="helpdesk",
        priority="urgent",
        emergency=True,
        overdue=True,
    )


def queue(locale: Locale) -> QueueView:
    """The second of three pages, filtered."""
    calm = replace(
        row(locale, 1043), cause="", owner="", where="", priority="normal", emergency=False, overdue=False
    )
    causes = (Choice("network.dns", either(locale, "Serveur de noms du site", "The site's name server")),)
    return QueueView(
        locale=locale,
        rows=(row(locale), calm),
        total=19,
        page=2,
        pages=3,
        causes=causes,
        sites=SITES,
        cause="network.dns",
        site="lyon",
        age="4",
        mine=True,
        unread=12,
        time_zone=PARIS,
    )


def site(locale: Locale) -> SiteView:
    """A site that was measured; one thing is broken, one could not be told."""
    names = either(locale, "Le serveur de noms ne répond pas", "The name server does not answer")
    rows = (
        CheckRow(id="dns", title="DNS", state=CheckState.bad, detail=names),
        CheckRow(id="ntp", title="NTP", state=CheckState.ok),
    )
    missing = (Unchecked(titles=(either(locale, "Voix (UDP)", "Voice (UDP)"),), why="inconclusive"),)
    return SiteView(
        locale=locale,
        site="Lyon Part-Dieu",
        at=NINE,
        rows=rows,
        missing=missing,
        runner="lyon-1",
        time_zone=PARIS,
    )


def person(locale: Locale) -> PersonView:
    """What the directory says of somebody."""
    lacks = either(locale, "La licence Teams manque", "The Teams licence is missing")
    return PersonView(
        locale=locale,
        name="Jeanne Martin",
        upn="jeanne_martin@contoso.example",
        at=NINE,
        facts=(Evidence(text=lacks, source=Source.looked_up, at=NINE, n=4),),
        missing=(Unchecked(titles=(either(locale, "Connexion", "Sign-in"),), why="no_permission"),),
        particulars=("Lyon",),
        time_zone=PARIS,
    )


def desks(locale: Locale) -> dict[str, DeskView]:
    """Every one of them, by name."""
    return {
        "queue": queue(locale),
        "queue-empty": QueueView(locale=locale, rows=(), total=0),
        "site": site(locale),
        "site-lost": replace(site(locale), rows=(), missing=(), runner="", lost=True),
        "person": person(locale),
        "on-call": OnCallView(locale=locale, people=("Samir Benali", "Noor Haddad")),
        "on-call-nobody": OnCallView(locale=locale, people=()),
        "orders": CommandsView(locale=locale, names=("queue", "case", "claim", "ask")),
    }
