"""Two cases on their way to Microsoft, and titles that need no playbook."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.fact import Fact, Source
from bot.domain.probe import Failure, Where
from bot.domain.site import Site
from bot.escalation.ticket import Field, Ticket
from tests.support.cases import CaseBuilder

TENANT: Final = "8f2d6f0e-54a4-4a3c-8f3e-2b8b6d6e3a10"
LYON: Final = Site(
    id="lyon",
    name="Lyon Part-Dieu",
    voice_subnets=("10.20.30.0/24",),
    resolvers=("10.20.0.53",),
    ntp_servers=("10.20.0.123",),
    calling="direct_routing",
)


class IdTitles:
    """Says ids as they are, so that a test sees which one was asked for."""

    def __init__(self, locale: Locale = "fr") -> None:
        self._locale: Locale = locale

    @property
    def locale(self) -> Locale:
        return self._locale

    def symptom(self, symptom: str) -> str:
        return symptom

    def cause(self, cause: str) -> str:
        return cause

    def step(self, step: str) -> str:
        return step

    def fact(self, fact: str) -> str:
        return fact

    def evidence(self, fact: Fact) -> str:
        return f"{fact.id} = {fact.value}"


def bare_case() -> Case:
    """Somebody said that the phone is out of order, and nothing else is known."""
    return CaseBuilder().opened(None).case


def full_case() -> Case:
    """Everything measures fine, every act failed, and every field of the form can be filled."""
    builder = CaseBuilder().opened().told().said("Mon téléphone affiche « No internet » depuis ce matin.")
    builder.known("account", "teams", object_id="4f6c2b1e-0a3d-4b7a-9a51-0d8f5b3f7c11")
    builder.known("site", id="lyon", name="Lyon Part-Dieu")
    builder.known("phone", label="Accueil, 2e étage", model="Poly CCX 500")
    _directory(builder)
    _network(builder)
    _phone(builder)
    _acts(builder)
    builder.judged("undetermined", 0.41, builder.n)
    return builder.attached("64167F3A5CD1-logs.tar", "5e" * 32, 1_843_200).case


def _directory(builder: CaseBuilder) -> None:
    builder.known("account", "graph", licences="SPE_E5, MCOPSTN1", usage_location="FR")
    for fact, value in {
        "account.enabled": "yes",
        "account.signin": "ok",
        "licence.teams": "ok",
        "licence.teams_phone": "ok",
        "licence.assigned_by": "group",
        "voice.enabled": "yes",
        "voice.calling": "direct_routing",
        "service_health.teams": "ok",
    }.items():
        builder.looked_up(fact, value)
    builder.not_checked("policy.phone", "403 Forbidden")


def _network(builder: CaseBuilder) -> None:
    builder.started()
    builder.probed("dns", "teams.microsoft.com", 53, addresses=["52.123.128.14"], rcode="NOERROR")
    builder.probed("tcp", "teams.microsoft.com", 443, addresses=["52.123.128.14"])
    builder.probed("tls", "teams.microsoft.com", 443, issuer="Microsoft Corporation", not_after="2026-08-01")
    builder.probed(
        "stun",
        "worldaz.tr.teams.microsoft.com",
        3478,
        mapped_address="203.0.113.7",
        mapped_port=50112,
        ms=21.25,
    )
    builder.probed("ntp", "10.20.0.123", 123, Failure.ntp_no_reply, at=Where.target, ms=None)
    for fact, value in {"dns": "ok", "tcp443": "ok", "tls": "ok", "udp3478": "ok", "proxy": "none"}.items():
        builder.measured(fact, value)
    builder.ended()


def _phone(builder: CaseBuilder) -> None:
    builder.known("phone", mac="64:16:7F:3A:5C:D1", serial="64167F3A5CD1", ip="10.20.30.41")
    builder.fact("phone.firmware", "9.0.0.10460")
    builder.fact("phone.time", "ok", Source.photo)
    builder.fact("scope", "one").fact("moved_recently", "no").fact("changed_recently", "no")


def _acts(builder: CaseBuilder) -> None:
    for step in ("act.swap_cable_or_port", "act.restart_phone", "act.update_firmware", "act.factory_reset"):
        builder.later(timedelta(minutes=10)).offered(step).stepped(step)
    builder.stepped("act.try_other_account", "cannot", note="personne d'autre | n'est là")


def field(ticket: Ticket, section: str, name: str) -> Field | None:
    """One field of the form, by the ids of its section and its own."""
    fields = (f for s in ticket.sections if s.id == section for f in s.fields if f.id == name)
    return next(fields, None)


def value(ticket: Ticket, section: str, name: str) -> str | None:
    """What the form says in a field; None when it says nothing."""
    found = field(ticket, section, name)
    return found.cited.value if found and found.cited else None
