"""Handing over: to Microsoft with a finished ticket, and words between employee and helpdesk."""

from __future__ import annotations

from bot.domain.case import Bundled, JobEnded, Offered, Stage
from bot.domain.events import BundleWritten, Heard, Show, WriteBundle
from dialogs.draft import Draft

STEP = "escalate.microsoft"


def begin(draft: Draft) -> None:
    """Asks for the ticket to be written; the employee is told when it lies ready."""
    if any(job.what == "bundle" for job in draft.case.running()):
        return
    job = draft.job("bundle", STEP)
    draft.do(WriteBundle(job=job, locale=draft.case.opened.locale))
    draft.tell("say.escalating")


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
    draft.tell("say.employee_wrote", to="helpdesk", values={"name": name, "text": event.text})
    draft.tell("say.passed_on")
