"""What jobs bring back: results are noted once, cards follow, and when all is in, the guide goes on."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.case import JobEnded, JobStarted, Known, Noted, Probed, Stage
from bot.domain.events import JobLost, LookedUp, ProbesReported, Refresh
from bot.domain.fact import UNKNOWN, Source
from dialogs import approve, earlier, escalate, guide, labels, phones, verify
from dialogs.checks_view import CHECKS
from dialogs.draft import Draft, slot_of
from dialogs.reasons import outdated


def probes_reported(draft: Draft, event: ProbesReported) -> None:
    """Notes results not yet noted; when they are all there, notes what they mean."""
    seen = {(entry.job, entry.index) for entry in draft.case.all(Probed)}
    by = f"runner:{event.runner}"
    for index, result in sorted(event.results.items()):
        if (event.job, index) not in seen:
            draft.add(Probed(n=draft.n, at=draft.at, by=by, job=event.job, index=index, result=result))
    draft.know("runner", _history(event), by)
    for topic, data in event.known.items():
        draft.know(topic, _in_our_words(draft, data) if topic == "phone" else data, by)
    if event.done:
        for fact in event.facts:
            if fact.value == UNKNOWN:
                draft.not_checked(fact.id, "inconclusive", by, about=event.job)
            draft.note(fact.id, fact.value, Source.measured, by, about=event.job)
        _ended(draft, event.job)
    else:
        draft.do(Refresh(slot="checks"))


def _history(event: ProbesReported) -> dict[str, str]:
    """Who ran the job, and since when; nothing of a job whose beginning nobody noted."""
    if event.taken is None:
        return {}
    return {"name": event.runner, "job": event.job, "taken": event.taken.isoformat(timespec="seconds")}


def _in_our_words(draft: Draft, phone: Mapping[str, str]) -> dict[str, str]:
    """A phone's particulars with the model as the playbook calls it; one that it does not describe changes nothing."""
    model = phones.named(draft.rules.book(draft.case), f"{phone.get('maker', '')} {phone.get('model', '')}")
    return {**phone, "model": model.name if model else ""}


def looked_up(draft: Draft, event: LookedUp) -> None:
    """Notes what the directory said, and what it could not say."""
    for fact in event.facts:
        draft.note(fact.id, fact.value, Source.looked_up, "graph", about=event.job)
    for fact_id, why in event.not_checked.items():
        draft.not_checked(fact_id, why, "graph", about=event.job)
    draft.know("account", event.account, "graph")
    gone = outdated(draft.case.known("account"), event.account)
    if gone and event.done:
        draft.add(Known(n=draft.n, at=draft.at, by="graph", topic="account", data=gone))
    _office(draft, event.account.get("office", ""))
    if event.done:
        _ended(draft, event.job)
    else:
        draft.do(Refresh(slot="checks"))


def _office(draft: Draft, office: str) -> None:
    """A site that bears the name of the person's office, where no other is known yet."""
    site = labels.site_named(office, draft.rules.sites)
    if not site or draft.case.site is not None:
        return
    draft.know("site", earlier.particulars(draft.rules.sites[site]), "graph")
    waiting = draft.case.offer()
    if waiting is not None and waiting.step == "intake":
        draft.do(Refresh(slot=slot_of(waiting)))


def told_by_hand(draft: Draft, was: int) -> None:
    """What somebody looked at because no probe could stands on the checks card as well; `was` is the version before."""
    shown = any(started.what == "probes" for started in draft.case.all(JobStarted))
    told = any(
        isinstance(entry, Noted) and entry.fact in CHECKS and entry.source is Source.told
        for entry in draft.case.ledger[was:]
    )
    if shown and told and Refresh(slot="checks") not in draft.effects:
        draft.do(Refresh(slot="checks"))


def job_lost(draft: Draft, event: JobLost) -> None:
    """A job will bring no more: what it should have told is "not checked", which is never "fine"."""
    started = _started(draft, event.job)
    if started is None:
        return
    if started.what == "bundle":
        draft.add(
            JobEnded(n=draft.n, at=draft.at, by="bot", job=event.job, how=event.how, detail=event.detail)
        )
        if draft.case.offer("helpdesk") is None:
            guide.hand_over(draft, "escalate.helpdesk", "bundle_failed")
        escalate.failed(draft)
        return
    for fact in _missing(draft, started):
        draft.not_checked(fact, event.detail or event.how, "bot", about=event.job)
    if started.what == "probes" and not started.recheck:
        draft.tell("say.runner_offline")
    _ended(draft, event.job, event)


def _started(draft: Draft, job: str) -> JobStarted | None:
    return next((entry for entry in draft.case.running() if entry.job == job), None)


def _missing(draft: Draft, started: JobStarted) -> tuple[str, ...]:
    step = draft.rules.book(draft.case).steps.get(started.step)
    known = {fact.id for fact in draft.case.facts()}
    return tuple(fact for fact in step.reveals if fact not in known) if step else ()


def _ended(draft: Draft, job: str, lost: JobLost | None = None) -> None:
    started = _started(draft, job)
    how = lost.how if lost else "done"
    draft.add(
        JobEnded(n=draft.n, at=draft.at, by="bot", job=job, how=how, detail=lost.detail if lost else "")
    )
    draft.do(Refresh(slot="checks"))
    if started is None:
        return
    draft.step(started.step, "cannot" if lost else "answered", "bot")
    if started.recheck and started.what == "lookup":
        approve.rechecked(draft)
    elif started.recheck:
        verify.rechecked(draft, measured=lost is None)
    elif draft.case.stage is not Stage.intake:
        guide.proceed(draft)
