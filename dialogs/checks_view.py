"""The checks card: one line for each automatic check, while they run and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.case import Case, JobStarted, Noted, Probed
from bot.domain.diagnosis import Locale
from bot.domain.pace import Pace, slowest
from bot.domain.probe import ProbeResult
from bot.domain.views import CheckRow, CheckState, ChecksView
from dialogs import words
from dialogs.draft import Rules
from dialogs.filling import filled
from dialogs.unchecked import unchecked

# A line for each fact, and the prober whose results show it moving meanwhile.
CHECKS: Final = {
    "dns": "dns",
    "tcp443": "tcp",
    "tls": "tls",
    "udp3478": "stun",
    "ntp": "ntp",
    "account.enabled": "",
    "account.signin": "",
    "licence.teams": "",
    "licence.teams_phone": "",
    "service_health.teams": "",
}
HEALTHY: Final = frozenset({"ok", "yes", "none"})


def checks_view(case: Case, _n: int, rules: Rules, locale: Locale) -> ChecksView:
    """Every check as the ledger has it now."""
    return ChecksView(
        locale=locale,
        case=case.id,
        v=case.version,
        rows=tuple(_row(case, fact, prober, rules, locale) for fact, prober in CHECKS.items()),
        running=bool({"probes", "lookup"} & set(words.running(case))),
        missing=unchecked(case, rules, locale, among=CHECKS, exact=False),
        time_zone=words.time_zone(rules.site(case)),
    )


def _row(case: Case, fact: str, prober: str, rules: Rules, locale: Locale) -> CheckRow:
    in_words = filled(case, rules, locale)
    title = in_words.title(fact)
    jobs = _jobs(case, fact, prober)
    noted = next((e for e in reversed(case.round()) if isinstance(e, Noted) and e.fact == fact), None)
    if jobs and not (noted and noted.about in jobs):
        return _row_running(fact, title, _results(case, prober, jobs))
    if noted is None or noted.value == "unknown":
        return CheckRow(id=fact, title=title, state=CheckState.not_checked)
    says_more = noted.value not in {*HEALTHY, "inconclusive"}
    detail = words.evidence(in_words, noted, case).text if says_more else ""
    pace = _pace(case, noted, prober) if not says_more else None
    return CheckRow(id=fact, title=title, state=_state(noted), detail=detail, pace=pace)


def _jobs(case: Case, fact: str, prober: str) -> frozenset[str]:
    """The jobs under way that will tell this fact."""
    kind = "probes" if prober else "lookup"
    jobs = () if case.closed else case.running()
    return frozenset(job.job for job in jobs if job.what == kind and _tells(job, fact))


def _tells(job: JobStarted, fact: str) -> bool:
    return not job.facts or fact in job.facts


def _results(case: Case, prober: str, jobs: frozenset[str]) -> list[ProbeResult]:
    return [e.result for e in case.all(Probed) if e.job in jobs and e.result.prober == prober]


def _state(noted: Noted) -> CheckState:
    if noted.value in HEALTHY:
        return CheckState.ok
    return CheckState.unsure if noted.value in {"inconclusive", "pending", "degraded"} else CheckState.bad


def _pace(case: Case, noted: Noted, prober: str) -> Pace | None:
    """How slow the probes were that this fact comes from, when that is worth a word."""
    return slowest(_results(case, prober, frozenset({noted.about}))) if prober else None


def _row_running(fact: str, title: str, results: Sequence[ProbeResult]) -> CheckRow:
    if not results:
        return CheckRow(id=fact, title=title, state=CheckState.waiting)
    return CheckRow(id=fact, title=title, state=CheckState.waiting, detail=_so_far(results))


def _so_far(results: Sequence[ProbeResult]) -> str:
    """How many measurements have come in; what they mean together is not known before the last."""
    good, bad = (sum(result.ok is ok for result in results) for ok in (True, False))
    return " ".join(f"{sign} {count}" for sign, count in (("✓", good), ("✗", bad)) if count)
