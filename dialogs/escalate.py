"""Handing over: to Microsoft with a finished ticket, and words between employee and helpdesk."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Bundled, Case, JobEnded, Offered, Stage
from bot.domain.diagnosis import Locale, Outcome
from bot.domain.events import BundleWritten, Heard, Refresh, Show, Tapped, WriteBundle
from bot.domain.fact import UNKNOWN, Source
from bot.domain.views import Field
from dialogs import answers
from dialogs.draft import Draft, Rules, slot_of
from dialogs.filling import filled

STEP: Final = "escalate.microsoft"
DETAILS: Final = "details"

# What Microsoft asks for and a person can tell; facts are asked in the words of their question.
ASKED: Final = {
    "scope": "ask.scope",
    "moved_recently": "ask.moved_recently",
    "changed_recently": "ask.changed_recently",
    "phone.firmware": "ask.phone_firmware",
}
PARTICULARS: Final = ("mac", "serial", "first_failure")


def begin(draft: Draft) -> None:
    """Before the ticket is written, asks once for what it lacks; then asks for it to be written."""
    asked = any(isinstance(e, Offered) and e.step == DETAILS for e in draft.case.round())
    if asked or not fields(draft.case, draft.rules, draft.case.locale):
        write(draft)
        return
    offered = draft.offer(DETAILS, "employee")
    draft.do(Show(to="employee", slot=slot_of(offered)))


def write(draft: Draft) -> None:
    """Asks for the ticket to be written; the employee is told when it lies ready."""
    if any(job.what == "bundle" for job in draft.case.running()):
        return
    job = draft.job("bundle", STEP)
    draft.do(WriteBundle(job=job, locale=draft.case.locale))
    draft.tell("say.escalating")


def fields(case: Case, rules: Rules, locale: Locale) -> tuple[Field, ...]:
    """The inputs for what is still missing."""
    known = {fact.id for fact in case.facts() if fact.value != UNKNOWN}
    phone = case.known("phone")
    in_words = filled(case, rules, locale)
    steps = {fact: in_words.book.steps[step] for fact, step in ASKED.items() if fact not in known}
    facts = tuple(
        Field(id=fact, title=in_words.text(step.title), choices=in_words.choices(step))
        for fact, step in steps.items()
    )
    return (*facts, *(Field(id=name) for name in PARTICULARS if name not in phone))


def take_details(draft: Draft, event: Tapped, offered: Offered) -> None:
    """Takes what was filled in; an empty input stays unknown, and is listed as missing."""
    for fact, step in ASKED.items():
        for found in answers.read(draft.rules, step, event.values.get(fact, ""), draft.case, draft.at):
            draft.note(found.id, found.value, Source.told, "user", about=DETAILS)
    given = {name: event.values.get(name, "").strip()[:80] for name in PARTICULARS}
    draft.know("phone", given, "user")
    outcome: Outcome = "answered" if any(value.strip() for value in event.values.values()) else "cannot"
    draft.step(DETAILS, outcome, "user", offered.nonce)
    draft.do(Refresh(slot=slot_of(offered)))
    write(draft)


def written(draft: Draft, event: BundleWritten) -> None:
    """The ticket lies ready: the helpdesk gets it, the employee hears what happens next."""
    first = not any(offered.to == "helpdesk" for offered in draft.case.all(Offered))
    draft.add(
        Bundled(n=draft.n, at=draft.at, by="bot", name=event.name, sha256=event.sha256, missing=event.missing)
    )
    draft.add(JobEnded(n=draft.n, at=draft.at, by="bot", job=event.job, how="done"))
    waiting = draft.case.offer("helpdesk")
    if waiting is not None:
        draft.step(waiting.step, "cannot", "bot", waiting.nonce, note="escalated")
    draft.move(Stage.microsoft, "escalated")
    draft.offer(STEP, "helpdesk")
    if first:
        draft.do(Show(to="helpdesk", slot="triage", urgency="vital"))
    draft.do(Show(to="helpdesk", slot=f"bundle:{draft.case.version}", urgency="vital"))
    draft.do(Show(to="employee", slot="closing"))


def failed(draft: Draft) -> None:
    """The ticket could not be written: a person must know."""
    draft.tell("say.bundle_failed", to="helpdesk")


def relay(draft: Draft, event: Heard) -> None:
    """What the employee writes while a person has the case goes into the case's thread."""
    name = event.person.name or draft.case.opened.person.name
    words = {"name": name, "text": event.text}
    draft.tell("say.employee_wrote", to="helpdesk", values=words, urgency="vital")
    draft.tell("say.passed_on")
