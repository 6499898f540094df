"""Words for a case: the playbook's titles and evidence sentences, with what an old case may still name."""

from __future__ import annotations

import re
from typing import Final

from bot.diagnosis.spec import StepSpec
from bot.diagnosis.words import Words
from bot.domain.case import Case, JobKind, Noted, Stepped
from bot.domain.diagnosis import Diagnosis, Who
from bot.domain.fact import Fact, Source
from bot.domain.people import Role
from bot.domain.site import Site
from bot.domain.views import Evidence, Tried
from dialogs import reasons
from dialogs.filling import Filled

RUNNER: Final = "runner:"
_PORTS: Final = re.compile(r"\s\((?:TCP|UDP) [^)]*\)")


def plainly(text: str) -> str:
    """The playbook's words without the ports that it names for engineers."""
    return _PORTS.sub("", text)


def evidence(
    filled: Filled, entry: Noted | Stepped, case: Case | None = None, role: Role = "employee"
) -> Evidence:
    """A noted fact, or an act with how it ended, as a line of evidence; of a `case`, with its reason for `role`."""
    if isinstance(entry, Stepped):
        text = filled.title(entry.step)
        return Evidence(text=text, source=Source.act, at=entry.at, n=entry.n, outcome=entry.outcome)
    text = Words(filled.book).evidence(filled.locale, Fact(id=entry.fact, value=entry.value))
    runner = entry.by.removeprefix(RUNNER) if entry.by.startswith(RUNNER) else ""
    if case is not None and entry.source is Source.looked_up:
        text = reasons.with_reason(case, entry, text, role, filled.locale)
    text = plainly(text) if role == "employee" else text
    at = reasons.read_at(case, entry) if case else entry.at
    return Evidence(text=text, source=entry.source, at=at, n=entry.n, by=runner)


def cited(
    filled: Filled, case: Case, numbers: tuple[int, ...], role: Role = "employee"
) -> tuple[Evidence, ...]:
    """The evidence that ledger entries hold, as `role` reads it."""
    entries = (case.ledger[n - 1] for n in numbers if 0 < n <= case.version)
    return tuple(evidence(filled, e, case, role) for e in entries if isinstance(e, Noted | Stepped))


def tried(filled: Filled, case: Case) -> tuple[Tried, ...]:
    """Acts and proofs that somebody carried out or could not, oldest first."""
    return tuple(
        Tried(text=filled.title(entry.step), outcome=entry.outcome, at=entry.at, n=entry.n)
        for entry in case.all(Stepped)
        if entry.step.partition(".")[0] in {"act", "verify"} and entry.outcome != "refused"
    )


def acts(step: StepSpec | None) -> Who | None:
    """Who has to act; a ticket, which Microsoft answers, is first the helpdesk's to open."""
    if step is None:
        return None
    return "agent" if step.kind == "escalate" else step.who


def running(case: Case) -> tuple[JobKind, ...]:
    """The kinds of work under way; a case that is over waits for none."""
    return () if case.closed else tuple(job.what for job in case.running())


def contradictions(filled: Filled, diagnosis: Diagnosis) -> tuple[str, ...]:
    """Facts that were given two values, with both, in words."""
    words = Words(filled.book)
    return tuple(
        " ≠ ".join(words.evidence(filled.locale, Fact(id=c.fact, value=value)) for value in c.values)
        for c in diagnosis.contradictions
    )


def time_zone(site: Site | None) -> str:
    """The time zone that people at a site read a clock in."""
    return site.time_zone if site else "Europe/Paris"
