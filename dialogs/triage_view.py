"""The helpdesk's card: everything an agent needs to decide, most urgent first, and nothing untrue."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case, Stage, Told
from bot.domain.diagnosis import UNDETERMINED, Diagnosis, Locale
from bot.domain.views import Ranked, TriageView, Verb
from dialogs import guide, words
from dialogs.draft import Rules
from dialogs.report import UNSAFE
from dialogs.unchecked import unchecked

RANKED: Final = 3
LIKELY: Final = 0.03


def triage_view(case: Case, rules: Rules, locale: Locale) -> TriageView:
    """The case as the helpdesk sees it now."""
    diagnosis = guide.judge(case, rules)
    account, phone = case.known("account"), case.known("phone")
    site = rules.site(case)
    offered = case.offer("helpdesk")
    step = rules.playbook.steps.get(offered.step) if offered else None
    numbers_for, numbers_against = _evidence(case, diagnosis)
    return TriageView(
        locale=locale,
        case=case.id,
        v=case.version,
        nonce=offered.nonce if offered else "",
        step=step.id if step else "",
        who=case.opened.person.name or account.get("display_name", ""),
        upn=account.get("upn", ""),
        where=site.name if site else "",
        phone=" · ".join(filter(None, (phone.get("model"), phone.get("label")))),
        since=case.opened.at,
        time_zone=words.time_zone(site),
        stage=case.stage.value,
        emergency=not case.closed and (case.symptom is None or case.symptom in UNSAFE),
        told=any(told.what == "safety" for told in case.all(Told)),
        causes=_ranked(diagnosis, rules, locale),
        evidence_for=words.cited(rules.playbook, case, numbers_for, locale),
        against=words.cited(rules.playbook, case, numbers_against, locale),
        contradictions=words.contradictions(rules.playbook, diagnosis, locale),
        not_checked=unchecked(case, rules, locale),
        tried=words.tried(rules.playbook, case, locale),
        running=words.running(case),
        asked=step.title.to(locale) if step else "",
        asked_body=step.body.to(locale) if step else (),
        owner=case.owner.name if case.owner else "",
        who_acts=words.acts(step),
        buttons=_buttons(case, step.kind if step else ""),
        closed=case.closed,
    )


def _evidence(case: Case, diagnosis: Diagnosis) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The entries that speak for and against the likeliest cause; of the verdict's, once there is one."""
    judged = guide.judged(case)
    if judged is not None and judged.verdict != UNDETERMINED and judged.verdict == diagnosis.verdict:
        return judged.evidence_for, judged.against
    top = diagnosis.causes[0] if diagnosis.causes else None
    return guide.cited(case, top, "for"), guide.cited(case, top, "against")


def _ranked(diagnosis: Diagnosis, rules: Rules, locale: Locale) -> tuple[Ranked, ...]:
    likely = [cause for cause in diagnosis.causes[:RANKED] if cause.p >= LIKELY]
    return tuple(
        Ranked(words.title(rules.playbook, cause.id, locale), min(99, round(100 * cause.p)))
        for cause in likely
    )


def _buttons(case: Case, kind: str) -> tuple[Verb, ...]:
    if case.closed:
        return ()
    claim = () if case.owner else (Verb.claim,)
    settle: tuple[Verb, ...] = (Verb.resolve,) if kind else ()
    if kind == "act":
        settle = (Verb.resolve, Verb.not_fixed, Verb.cannot)
    escalate = () if case.stage in {Stage.microsoft, Stage.verifying} else (Verb.escalate,)
    return (*claim, *settle, *escalate)
