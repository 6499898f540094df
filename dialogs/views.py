"""From a case to what each card says of it: pure, so that a card can be drawn again at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bot.domain.case import Bundled, Case, Judged, Moved, Noted, Offered, Stage, Stepped
from bot.domain.diagnosis import Locale
from bot.domain.entry import Entry
from bot.domain.fact import Source
from bot.domain.own_views import AddingView, HandoverView, Picture
from bot.domain.people import Role
from bot.domain.verb import Verb
from bot.domain.views import (
    BundleView,
    Choice,
    ClosingView,
    DetailsView,
    Evidence,
    Field,
    HelpView,
    IntakeView,
    SafetyView,
    StatusView,
    StepView,
    TriageView,
    VerdictView,
    View,
    WelcomeView,
)
from dialogs import (
    adding,
    earlier,
    escalate,
    followup,
    forms,
    guide,
    handover,
    history,
    report,
    topics_view,
    words,
)
from dialogs.approve_view import approval_view
from dialogs.checks_view import checks_view
from dialogs.draft import FOLLOWUP, Rules
from dialogs.filling import Filled, filled
from dialogs.questions import topics_for
from dialogs.triage_view import triage_view

COMMON: Final = (
    "no_internet_banner",
    "cannot_call",
    "no_dial_tone",
    "no_power",
    "signed_out",
    "one_way_audio",
)


def view_of(
    case: Case | None, slot: str, rules: Rules, locale: Locale, past: Sequence[Case] = ()
) -> View | None:
    """The view of a slot; None when the case has nothing (any more) to show there.

    `past` are all cases of the person, which only the slots of `dialogs.history` show.
    """
    kind, _, number = slot.partition(":")
    if kind in history.SLOTS:
        return history.view(slot, past, rules, locale)
    if kind in topics_view.SLOTS:
        return topics_view.topic_view(case, kind, number, rules, locale)
    if case is None or kind not in BUILDERS:
        return _without_case(kind, number, rules, locale)
    return BUILDERS[kind](case, int(number) if number.isdecimal() else 0, rules, locale)


def _without_case(kind: str, offers: str, rules: Rules, locale: Locale) -> View:
    if kind == "help":
        return HelpView(locale=locale, topics=_topics(None, rules))
    return WelcomeView(locale=locale, symptoms=_symptoms(rules, locale, COMMON), person=offers == "person")


def _symptoms(rules: Rules, locale: Locale, ids: tuple[str, ...] | None = None) -> tuple[Choice, ...]:
    known = rules.playbook.symptoms
    return tuple(
        Choice(value=i, title=(known[i].short or known[i].title).to(locale))
        for i in ids or tuple(known)
        if i in known and i != "not_a_phone_problem"
    )


def _safety(case: Case, _n: int, rules: Rules, locale: Locale) -> SafetyView:
    return SafetyView(locale=locale, case=case.id, v=case.version, numbers=_numbers(case, rules))


def _help(case: Case, _n: int, rules: Rules, locale: Locale) -> HelpView:
    return HelpView(locale=locale, case=case.id, topics=_topics(case, rules))


def _topics(case: Case | None, rules: Rules) -> bool:
    return bool(topics_for(rules.book(case), "employee"))


def _triage(case: Case, _n: int, rules: Rules, locale: Locale) -> TriageView:
    return triage_view(case, rules, locale)


def _numbers(case: Case, rules: Rules) -> tuple[str, ...]:
    site = rules.site(case) or (next(iter(rules.sites.values())) if len(rules.sites) == 1 else None)
    return site.emergency_numbers if site else ("112",)


def offered_at(case: Case, n: int) -> Offered | None:
    """The offer that is entry `n` of the ledger."""
    entry = case.ledger[n - 1] if 0 < n <= case.version else None
    return entry if isinstance(entry, Offered) else None


def reply_to(case: Case, offered: Offered) -> Stepped | None:
    """How an offer was answered, if it was."""
    return next((entry for entry in case.all(Stepped) if entry.nonce == offered.nonce), None)


def _intake(case: Case, n: int, rules: Rules, locale: Locale) -> IntakeView | None:
    offered = offered_at(case, n)
    if offered is None or offered.step != "intake":
        return None
    only = next(iter(rules.sites)) if len(rules.sites) == 1 else None
    answered, likely = reply_to(case, offered) is not None, earlier.likely(case)
    return IntakeView(
        locale=locale,
        case=case.id,
        v=case.version,
        nonce=offered.nonce,
        symptoms=_symptoms(rules, locale),
        symptom=case.symptom or report.guessed(case, rules),
        sites=tuple(Choice(value=site.id, title=site.name) for site in rules.sites.values()),
        site=case.site or only,
        phone=_phone(case) if answered or likely == earlier.OTHER else "",
        phones=earlier.choices(case, rules),
        earlier="" if likely == earlier.OTHER else likely,
        answered=answered,
    )


def _phone(case: Case) -> str:
    """The phone as the person would name it."""
    known = case.known("phone")
    return known.get("label") or known.get("mac") or known.get("serial", "")


def _adding(case: Case, _n: int, rules: Rules, locale: Locale) -> AddingView:
    return adding.view(case, rules, locale)


def _handover(case: Case, _n: int, rules: Rules, locale: Locale) -> HandoverView:
    return handover.view(case, rules, locale)


def _details(case: Case, n: int, rules: Rules, locale: Locale) -> DetailsView | None:
    offered = offered_at(case, n)
    if offered is None or offered.step != escalate.DETAILS:
        return None
    reply = reply_to(case, offered)
    return DetailsView(
        locale=locale,
        case=case.id,
        v=case.version,
        nonce=offered.nonce,
        step=offered.step,
        fields=escalate.fields(case, rules, locale),
        picture=Picture(name="label"),
        answered=reply is not None,
        given=reply is None or reply.outcome == "answered",
    )


def _step(case: Case, n: int, rules: Rules, locale: Locale) -> StepView | None:
    offered = offered_at(case, n)
    in_words = filled(case, rules, locale)
    step = in_words.book.steps.get(offered.step) if offered else None
    if offered is None or step is None:
        return None
    reply = reply_to(case, offered)
    choices = in_words.choices(step)
    return StepView(
        locale=locale,
        case=case.id,
        v=case.version,
        nonce=offered.nonce,
        step=step.id,
        kind=step.kind,
        title=in_words.text(step.title),
        body=in_words.lines(step.body),
        why=in_words.text(step.why),
        caution=in_words.text(step.caution),
        commands=in_words.commands(step.commands) if offered.to == "helpdesk" else (),
        minutes=round(step.minutes),
        choices=choices,
        input="form" if step.asks else step.input if step.kind == "ask" else "none",
        fields=_fields(case, offered, rules, locale, open_=reply is None) if step.asks else (),
        picture=Picture(name=step.picture) if step.picture and offered.to == "employee" else None,
        buttons=_buttons(step.kind, offered.to),
        answered=None if reply is None else _answered(reply, choices),
    )


def _fields(case: Case, offered: Offered, rules: Rules, locale: Locale, *, open_: bool) -> tuple[Field, ...]:
    """The inputs of a form, or what was answered in them."""
    make = forms.fields if open_ else forms.replies
    return make(case, rules, offered, locale)


def _buttons(kind: str, to: Role) -> tuple[Verb, ...]:
    helper = (Verb.person,) if to == "employee" else ()
    if kind == "ask":
        return (Verb.answer, Verb.cannot, *helper)
    return (Verb.fixed, Verb.not_fixed, Verb.cannot, *helper)


def _answered(reply: Stepped, choices: tuple[Choice, ...]) -> str:
    """What was answered: the title of a choice, the words typed, or the outcome's id (cards word it)."""
    if reply.outcome != "answered":
        return reply.outcome
    return next(
        (choice.title for choice in choices if choice.value == reply.note), reply.note or reply.outcome
    )


def judged_at(case: Case, n: int) -> Judged | None:
    """The verdict in force when the ledger had `n` entries."""
    return next((e for e in reversed(case.ledger[: n or case.version]) if isinstance(e, Judged)), None)


def _verdict(case: Case, n: int, rules: Rules, locale: Locale) -> VerdictView | None:
    judged = judged_at(case, n)
    cause = rules.playbook.causes.get(judged.verdict) if judged else None
    if judged is None or cause is None:
        return None
    diagnosis, in_words = guide.judge(case, rules), filled(case, rules, locale)
    step = diagnosis.next.step if diagnosis.next and diagnosis.verdict == judged.verdict else None
    return VerdictView(
        locale=locale,
        case=case.id,
        v=case.version,
        title=words.plainly(in_words.text(cause.title)),
        explanation=in_words.text(cause.explanation),
        percent=_percent(judged.p),
        evidence_for=words.cited(in_words, case, judged.evidence_for),
        against=words.cited(in_words, case, judged.against),
        contradictions=words.contradictions(in_words, diagnosis),
        next=in_words.title(step) if step else "",
        who_acts=words.acts(in_words.book.steps.get(step or "")),
        time_zone=words.time_zone(rules.site(case)),
        buttons=(Verb.status, Verb.person),
    )


def _percent(p: float) -> int:
    """Never 100: a verdict is never certain."""
    return min(99, round(100 * p))


def _status(case: Case, _n: int, rules: Rules, locale: Locale) -> StatusView:
    waiting, in_words = case.offer() or case.offer("helpdesk"), filled(case, rules, locale)
    step = in_words.book.steps.get(waiting.step) if waiting else None
    return StatusView(
        locale=locale,
        case=case.id,
        v=case.version,
        stage=case.stage.value,
        since=case.opened.at,
        time_zone=words.time_zone(rules.site(case)),
        done=tuple(t.text for t in words.tried(in_words, case)),
        running=words.running(case),
        next=in_words.text(step.title) if step else "",
        who_acts=words.acts(step),
        owner=case.owner.name if case.owner else "",
        buttons=(Verb.detail, Verb.person, Verb.restart, Verb.cancel) if not case.closed else (Verb.reopen,),
    )


def _closing(case: Case, _n: int, rules: Rules, locale: Locale) -> ClosingView | None:
    how = {Stage.fixed: "fixed", Stage.withdrawn: "withdrawn", Stage.microsoft: "microsoft"}.get(case.stage)
    if how is None:
        return None
    judged = guide.judged(case)
    cause = rules.playbook.causes.get(judged.verdict) if judged else None
    in_words = filled(case, rules, locale)
    return ClosingView(
        locale=locale,
        case=case.id,
        v=case.version,
        how=how,  # type: ignore[arg-type]  # the three stages above are the three endings
        cause=words.plainly(in_words.text(cause.title)) if cause else "",
        proof=_proof(case, in_words) if how == "fixed" else (),
        time_zone=words.time_zone(rules.site(case)),
        buttons=(Verb.reopen,) if case.closed else (),
    )


def _proof(case: Case, in_words: Filled) -> tuple[Evidence, ...]:
    """What was found good since the last verification began."""
    began = max((e.n for e in case.all(Moved) if e.to is Stage.verifying), default=0)
    good = (entry for entry in case.ledger if entry.n > began and _proves(entry))
    return tuple(words.evidence(in_words, e) for e in good if isinstance(e, Noted | Stepped))


def _proves(entry: Entry) -> bool:
    if isinstance(entry, Noted):
        return entry.source is Source.measured and entry.value == "ok"
    return isinstance(entry, Stepped) and entry.step.startswith("verify.") and entry.outcome == "fixed"


def _bundle(case: Case, _n: int, rules: Rules, locale: Locale) -> BundleView | None:
    bundled = case.last(Bundled)
    if bundled is None:
        return None
    symptom = rules.playbook.symptoms.get(case.symptom or "")
    return BundleView(
        locale=locale,
        case=case.id,
        v=case.version,
        name=bundled.name,
        sha256=bundled.sha256,
        missing=bundled.missing,
        summary=symptom.title.to(locale) if symptom else "",
    )


Builder = Callable[[Case, int, Rules, Locale], View | None]

BUILDERS: Final[dict[str, Builder]] = {
    "safety": _safety,
    "intake": _intake,
    "checks": checks_view,
    "step": _step,
    "details": _details,
    "verdict": _verdict,
    "triage": _triage,
    "status": _status,
    "closing": _closing,
    "bundle": _bundle,
    "approval": approval_view,
    "help": _help,
    "adding": _adding,
    "handover": _handover,
    FOLLOWUP: followup.view,
}
