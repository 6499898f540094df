"""Words for a case: the playbook's titles and evidence sentences, with what an old case may still name."""

from __future__ import annotations

from bot.diagnosis.words import evidence as evidence_text

from bot.diagnosis.playbook import Playbook
from bot.domain.case import Case, Noted, Stepped
from bot.domain.diagnosis import Diagnosis, Locale
from bot.domain.fact import Fact
from bot.domain.site import Site
from bot.domain.views import Evidence, Tried


def step_title(playbook: Playbook, step: str, locale: Locale) -> str:
    """The title of a step."""
    known = playbook.steps.get(step)
    return known.title.to(locale) if known else step


def cause_title(playbook: Playbook, cause: str, locale: Locale) -> str:
    """The title of a cause."""
    known = playbook.causes.get(cause)
    return known.title.to(locale) if known else cause


def fact_title(playbook: Playbook, fact: str, locale: Locale) -> str:
    """The title of a fact."""
    known = playbook.facts.get(fact)
    return known.title.to(locale) if known else fact


def evidence(playbook: Playbook, entry: Noted, locale: Locale) -> Evidence:
    """A noted fact as a line of evidence."""
    fact = Fact(id=entry.fact, value=entry.value)
    return Evidence(text=evidence_text(playbook, locale, fact), source=entry.source, at=entry.at, n=entry.n)


def cited(playbook: Playbook, case: Case, numbers: tuple[int, ...], locale: Locale) -> tuple[Evidence, ...]:
    """The evidence that ledger entries hold."""
    wanted = set(numbers)
    return tuple(evidence(playbook, entry, locale) for entry in case.all(Noted) if entry.n in wanted)


def tried(playbook: Playbook, case: Case, locale: Locale) -> tuple[Tried, ...]:
    """Acts and proofs that somebody carried out or could not, oldest first."""
    return tuple(
        Tried(text=step_title(playbook, entry.step, locale), outcome=entry.outcome, at=entry.at, n=entry.n)
        for entry in case.all(Stepped)
        if entry.step.partition(".")[0] in {"act", "verify"} and entry.outcome != "refused"
    )


def contradictions(playbook: Playbook, diagnosis: Diagnosis, locale: Locale) -> tuple[str, ...]:
    """Facts that were given two values, with both, in words."""
    return tuple(
        " ≠ ".join(evidence_text(playbook, locale, Fact(id=c.fact, value=value)) for value in c.values)
        for c in diagnosis.contradictions
    )


def time_zone(site: Site | None) -> str:
    """The time zone that people at a site read a clock in."""
    return site.time_zone if site else "Europe/Paris"
