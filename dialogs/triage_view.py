"""The helpdesk's card: everything an agent needs to decide, most urgent first, and nothing untrue."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case, Offered, Stage, Told
from bot.domain.diagnosis import UNDETERMINED, Diagnosis, Locale
from bot.domain.verb import Verb
from bot.domain.views import Ranked, TriageView
from dialogs import changes, guide, measured, reminders, service, verify, words
from dialogs.draft import Rules
from dialogs.filling import Filled, filled
from dialogs.questions import topics_for
from dialogs.report import UNSAFE
from dialogs.unchecked import unchecked

RANKED: Final = 3
LIKELY: Final = 0.03
AFTERWARDS: Final = "verify.call_quality"


def triage_view(case: Case, rules: Rules, locale: Locale) -> TriageView:
    """The case as the helpdesk sees it now."""
    diagnosis, in_words = guide.judge(case, rules), filled(case, rules, locale)
    account, phone = case.known("account"), case.known("phone")
    site = rules.site(case)
    offered = case.offer("helpdesk")
    step = in_words.book.steps.get(offered.step) if offered else None
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
        socket=measured.socket(case),
        since=case.opened.at,
        time_zone=words.time_zone(site),
        stage=case.stage.value,
        emergency=not case.closed and (case.symptom is None or case.symptom in UNSAFE),
        told=any(told.what == "safety" for told in case.all(Told)),
        causes=_ranked(diagnosis, in_words),
        evidence_for=words.cited(in_words, case, numbers_for, "helpdesk"),
        against=words.cited(in_words, case, numbers_against, "helpdesk"),
        contradictions=words.contradictions(in_words, diagnosis),
        measures=measured.measures(case),
        not_checked=unchecked(case, rules, locale),
        tried=words.tried(in_words, case),
        running=words.running(case),
        asked=in_words.text(step.title) if step else "",
        asked_body=in_words.lines(step.body) if step else (),
        caution=in_words.text(step.caution) if step else "",
        commands=in_words.commands(step.commands) if step else (),
        unasked=_unasked(case),
        mark="" if offered else verify.mark(case),
        silent=reminders.silent_since(case),
        earlier=case.known("earlier").get("case", ""),
        afterwards=_afterwards(case, in_words),
        fix=changes.offer(case, diagnosis, rules),
        guide=bool(topics_for(in_words.book, "helpdesk")),
        owner=case.owner.name if case.owner else "",
        standing=service.standing(case),
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


def _ranked(diagnosis: Diagnosis, in_words: Filled) -> tuple[Ranked, ...]:
    likely = [cause for cause in diagnosis.causes[:RANKED] if cause.p >= LIKELY]
    return tuple(Ranked(in_words.title(cause.id), min(99, round(100 * cause.p))) for cause in likely)


def _unasked(case: Case) -> bool:
    """Whoever wanted a person at once was never asked where the phone is, and which one."""
    asked = any(isinstance(entry, Offered) and entry.step == "intake" for entry in case.round())
    return not asked and not case.closed and case.site is None


def _afterwards(case: Case, in_words: Filled) -> tuple[str, ...]:
    """What the helpdesk may still look at once a case is mended; nothing waits for it."""
    step = in_words.book.steps.get(AFTERWARDS)
    if step is None or case.stage is not Stage.fixed:
        return ()
    return (in_words.text(step.title), *in_words.lines(step.body))


def _buttons(case: Case, kind: str) -> tuple[Verb, ...]:
    if case.closed:
        return ()
    claim = () if case.owner else (Verb.claim,)
    settle: tuple[Verb, ...] = (Verb.resolve,) if kind else ()
    if kind == "act":
        settle = (Verb.resolve, Verb.not_fixed, Verb.cannot)
    escalate = () if case.stage in {Stage.microsoft, Stage.verifying} else (Verb.escalate,)
    return (*claim, *settle, *escalate)
