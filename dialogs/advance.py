"""What happens next to a case: `advance(case, event) -> (case', effects)`, with no clock and no I/O.

One table says which flow takes which event. The same event twice changes nothing the second time:
answers are known by their nonce, results by job and index.
"""

from __future__ import annotations

from bot.domain.case import CLOSED, Case, Stepped
from bot.domain.events import (
    AnyEvent,
    BundleWritten,
    FileCame,
    FileFailed,
    Heard,
    JobLost,
    LookedUp,
    ProbesReported,
    Tapped,
    Woke,
)
from dialogs import approve, checks, edits, escalate, filed, reopening, report, talk, topics, triage, waking
from dialogs.denied import denied
from dialogs.draft import Advance, Draft, Rules


def advance(case: Case | None, event: AnyEvent, rules: Rules, new_id: str = "") -> Advance:
    """The case after the event, and the effects to carry out once it is stored.

    `new_id` is the id of the case that the event may open.
    """
    if case is None or (case.stage in CLOSED and not _outlives(case, event)):
        return _without_case(case, event, rules, new_id)
    draft = Draft(case, event.at, rules)
    if edits.unchanged(draft, event):
        return Advance(case=case)
    if not approve.heard(draft, event) and not filed.heard(draft, event):
        _dispatch(draft, event)
    filed.sent(draft, event)
    checks.told_by_hand(draft, case.version)
    return draft.result() if draft.case is not case or draft.effects else Advance(case=case)


def _outlives(case: Case, event: AnyEvent) -> bool:
    """What even a closed case hears: a time that it named, a file under way, and what becomes of a change."""
    return isinstance(event, Woke | FileCame | FileFailed) or approve.concerned(case, event)


def _without_case(case: Case | None, event: AnyEvent, rules: Rules, new_id: str) -> Advance:
    match event:
        case Tapped(nonce=nonce) if case and nonce and any(e.nonce == nonce for e in case.all(Stepped)):
            return Advance(case=case)
        case Heard(role="employee") if event.files:
            return filed.begin(event, rules, new_id)
        case Heard(role="employee"):
            return reopening.hear(event, rules, new_id) or report.hear(event, rules, new_id)
        case Tapped(role="employee"):
            return reopening.tap(case, event, rules, new_id) or report.tap(event, rules, new_id)
        case Heard() | Tapped(allowed=True):
            return topics.for_helpdesk(case, event, rules) or Advance(case=case)
        case _:
            return Advance(case=case)


def _dispatch(draft: Draft, event: AnyEvent) -> None:
    match event:
        case Tapped(allowed=False):
            denied(draft, event)
        case Heard(role="helpdesk"):
            triage.hear(draft, event)
        case Tapped(role="helpdesk"):
            triage.tap(draft, event)
        case Heard():
            talk.hear(draft, event)
        case Tapped():
            talk.tap(draft, event)
        case Woke():
            waking.woke(draft, event)
        case ProbesReported() | LookedUp() | JobLost() | BundleWritten() if _awaited(draft.case, event):
            _job(draft, event)


def _job(draft: Draft, event: ProbesReported | LookedUp | JobLost | BundleWritten) -> None:
    match event:
        case ProbesReported():
            checks.probes_reported(draft, event)
        case LookedUp():
            checks.looked_up(draft, event)
        case JobLost():
            checks.job_lost(draft, event)
        case BundleWritten():
            escalate.written(draft, event)


def _awaited(case: Case, event: ProbesReported | LookedUp | JobLost | BundleWritten) -> bool:
    """True while the case waits for this job, and for an event of this kind from it."""
    kinds = {ProbesReported: "probes", LookedUp: "lookup", BundleWritten: "bundle"}
    return any(
        job.job == event.job and job.what == kinds.get(type(event), job.what) for job in case.running()
    )
