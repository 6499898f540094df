"""Words for a case: the playbook's titles and evidence sentences, with what an old case may still name."""

from __future__ import annotations

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import StepSpec
from bot.diagnosis.words import Words
from bot.domain.case import Case, JobKind, Noted, Stepped
from bot.domain.diagnosis import Diagnosis, Locale, Who
from bot.domain.fact import Fact, Source
from bot.domain.site import Site
from bot.domain.views import Evidence, Tried


def title(playbook: Playbook, any_id: str, locale: Locale) -> str:
    """The title of a step, cause, fact or symptom."""
    return Words(playbook).title(locale, any_id)


def evidence(playbook: Playbook, entry: Noted | Stepped, locale: Locale) -> Evidence:
    """A noted fact, or an act with how it ended, as a line of evidence."""
    words = Words(playbook)
    if isinstance(entry, Stepped):
        text = words.title(locale, entry.step)
        return Evidence(text=text, source=Source.act, at=entry.at, n=entry.n, outcome=entry.outcome)
    text = words.evidence(locale, Fact(id=entry.fact, value=entry.value))
    return Evidence(text=text, source=entry.source, at=entry.at, n=entry.n)


def cited(playbook: Playbook, case: Case, numbers: tuple[int, ...], locale: Locale) -> tuple[Evidence, ...]:
    """The evidence that ledger entries hold."""
    entries = (case.ledger[n - 1] for n in numbers if 0 < n <= case.version)
    return tuple(evidence(playbook, e, locale) for e in entries if isinstance(e, Noted | Stepped))


def tried(playbook: Playbook, case: Case, locale: Locale) -> tuple[Tried, ...]:
    """Acts and proofs that somebody carried out or could not, oldest first."""
    return tuple(
        Tried(text=title(playbook, entry.step, locale), outcome=entry.outcome, at=entry.at, n=entry.n)
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


def contradictions(playbook: Playbook, diagnosis: Diagnosis, locale: Locale) -> tuple[str, ...]:
    """Facts that were given two values, with both, in words."""
    words = Words(playbook)
    return tuple(
        " ≠ ".join(words.evidence(locale, Fact(id=c.fact, value=value)) for value in c.values)
        for c in diagnosis.contradictions
    )


def time_zone(site: Site | None) -> str:
    """The time zone that people at a site read a clock in."""
    return site.time_zone if site else "Europe/Paris"
