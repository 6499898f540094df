"""Changes with two keys: proposed by one agent, approved by another, made once, watched until they have arrived.

Nothing here writes to the directory. The approval is an entry of the ledger, appended with the case's own
compare-and-set, so however often and wherever it is clicked there is one, and one order to carry it out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from bot.domain.case import Case, JobEnd, JobEnded, JobStarted, Told
from bot.domain.change import Approved, Change, Changed, ChangeEnd, Declined, Lapsed, LapsedWhy, Proposed
from bot.domain.events import (
    AnyEvent,
    ChangeMade,
    JobLost,
    MakeChange,
    Refresh,
    Show,
    StartLookup,
    Tapped,
    Wake,
    Woke,
)
from bot.domain.people import Person
from bot.domain.verb import Verb
from dialogs import changes, guide, verify
from dialogs.denied import denied
from dialogs.draft import Draft, author, nonce_of

VERBS: Final = frozenset({Verb.propose, Verb.approve, Verb.decline, Verb.undo})

# When the directory is asked whether the change has arrived, after the one before; some four hours in all.
AGAIN: Final = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 40, 60, 120))
_MADE: Final = {"enable_account": "say.account_made", "licence": "say.licence_made"}
_UNDONE: Final = {"enable_account": "say.account_undone", "licence": "say.licence_undone"}
_ARRIVED: Final = {"enable_account": "say.account_arrived", "licence": "say.licence_arrived"}
_UNMADE: Final[dict[ChangeEnd, str]] = {"failed": "say.change_failed", "unknown": "say.change_unknown"}
_ENDS: Final[dict[ChangeEnd, JobEnd]] = {"failed": "failed", "unknown": "expired"}


def slot_of(one: Proposed) -> str:
    """The slot of the card on which a change is approved."""
    return f"approval:{one.n}"


def undo_mark(case_id: str, change: str, tries: int) -> str:
    """What the button that takes a change back carries; another one after every try."""
    return nonce_of(f"{case_id}:{change}:undo", tries)


def concerned(case: Case, event: AnyEvent) -> bool:
    """True for what is about a change; a closed case hears it too, because a change can outlive it."""
    match event:
        case Tapped(role="helpdesk", verb=verb):
            return verb in VERBS
        case JobLost(job=job):
            return changes.proposed(case, job) is not None
        case _:
            return isinstance(event, ChangeMade)


def heard(draft: Draft, event: AnyEvent) -> bool:
    """Takes what is about a change; False for everything else."""
    if not concerned(draft.case, event):
        return False
    match event:
        case Tapped():
            tap(draft, event)
        case ChangeMade():
            made(draft, event)
        case JobLost():
            lost(draft, event)
    return True


def tap(draft: Draft, event: Tapped) -> None:
    """A button about a change; whoever may not use it is denied and recorded, and nothing else comes of it."""
    if not event.allowed:
        denied(draft, event)
        return
    if event.verb == Verb.propose:
        _propose(draft, event)
    elif event.verb == Verb.undo:
        _propose_undo(draft, event)
    else:
        _decide(draft, event)


def _propose(draft: Draft, event: Tapped) -> None:
    offer = changes.offer(draft.case, guide.judge(draft.case, draft.rules), draft.rules)
    if offer is None or event.nonce != offer.mark:
        draft.do(Refresh(slot="triage"))
        return
    _put(draft, event.person, offer.change)


def _propose_undo(draft: Draft, event: Tapped) -> None:
    """Proposes to take back exactly what a change added, with the same two keys."""
    for one in draft.case.all(Proposed):
        tries = len(tuple(changes.undoings(draft.case, one.change.id)))
        if event.nonce == undo_mark(draft.case.id, one.change.id, tries):
            until = changes.undo_until(draft.case, one.change.id)
            if until is not None and event.at <= until:
                back = msgspec.structs.replace(one.change, id=f"{draft.case.id}-{draft.n}", undo=True)
                _put(draft, event.person, back, undoes=one.change.id)
            draft.do(Refresh(slot=slot_of(one)))
            return
    draft.do(Refresh(slot="triage"))


def _put(draft: Draft, person: Person, change: Change, undoes: str = "") -> None:
    one = Proposed(
        n=draft.n,
        at=draft.at,
        by=author(person),
        change=change,
        step=changes.step_of(change),
        person=person,
        nonce=nonce_of(draft.case.id, draft.n),
        expires=draft.at + changes.APPROVAL,
        undoes=undoes,
    )
    draft.add(one)
    draft.do(
        Show(to="helpdesk", slot=slot_of(one), urgency="vital"),
        Wake(key=f"approval:{one.n}", due=one.expires),
    )


def _decide(draft: Draft, event: Tapped) -> None:
    one = next((e for e in draft.case.all(Proposed) if event.nonce and e.nonce == event.nonce), None)
    if one is None:
        draft.do(Refresh(slot="triage"))
        return
    if changes.state(draft.case, one) == "waiting":
        if event.at >= one.expires:
            _lapse(draft, one, "expired")
        elif event.verb == Verb.decline:
            _decline(draft, one, event.person)
        else:
            _approve(draft, one, event)
    _redraw(draft, one)


def _decline(draft: Draft, one: Proposed, person: Person) -> None:
    draft.add(Declined(n=draft.n, at=draft.at, by=author(person), change=one.change.id, person=person))
    draft.tell("say.change_declined", to="helpdesk", values={"name": person.name})


def _approve(draft: Draft, one: Proposed, event: Tapped) -> None:
    refusal = _refusal(draft, one, event)
    if refusal:
        denied(draft, event)
        draft.tell(refusal, to="helpdesk", values={"name": event.person.name})
    elif not changes.still_needed(draft.case, one):
        _lapse(draft, one, "closed" if draft.case.closed else "not_needed")
    else:
        by, change = author(event.person), one.change.id
        draft.add(Approved(n=draft.n, at=draft.at, by=by, change=change, person=event.person))
        draft.add(JobStarted(n=draft.n, at=draft.at, by="bot", job=change, what="change", step=one.step))
        draft.do(MakeChange(change=change))


def _refusal(draft: Draft, one: Proposed, event: Tapped) -> str:
    """Why this person is not the second key; empty when they are."""
    if event.person.key == one.person.key:
        return "say.change_own"
    if event.person.key == draft.case.opened.person.key:
        return "say.change_self"
    return "" if event.approver else "say.change_not_approver"


def _lapse(draft: Draft, one: Proposed, why: LapsedWhy) -> None:
    draft.add(Lapsed(n=draft.n, at=draft.at, by="bot", change=one.change.id, why=why))
    if why == "expired":
        draft.tell("say.change_expired", to="helpdesk")


def _redraw(draft: Draft, one: Proposed) -> None:
    """Brings up to date the card of a change, and of the one that it takes back."""
    draft.do(Refresh(slot=slot_of(one)))
    first = changes.proposed(draft.case, one.undoes) if one.undoes else None
    if first is not None:
        draft.do(Refresh(slot=slot_of(first)))


def made(draft: Draft, event: ChangeMade) -> None:
    """The change was carried out, or could not be; only an « unknown » end may be told again, and better."""
    one, before = changes.proposed(draft.case, event.change), changes.changed(draft.case, event.change)
    if one is None or changes.approved(draft.case, event.change) is None:
        return
    if before is not None and (before.how != "unknown" or event.how == "unknown"):
        return
    draft.add(
        Changed(
            n=draft.n,
            at=draft.at,
            by="bot",
            change=event.change,
            step=one.step,
            how=event.how,
            added=event.added,
            undo=bool(one.undoes),
            resumed=event.resumed,
            why=event.why,
            detail=event.detail,
        )
    )
    _end_job(draft, event)
    _redraw(draft, one)
    _follow(draft, one, event)


def lost(draft: Draft, event: JobLost) -> None:
    """Nobody heard in time how a change ended: somebody must look."""
    made(draft, ChangeMade(at=event.at, change=event.job, how="unknown", why=event.how))


def _end_job(draft: Draft, event: ChangeMade) -> None:
    if not any(entry.job == event.change for entry in draft.case.all(JobEnded)):
        how = _ENDS.get(event.how, "done")
        draft.add(JobEnded(n=draft.n, at=draft.at, by="bot", job=event.change, how=how, detail=event.detail))


def _follow(draft: Draft, one: Proposed, event: ChangeMade) -> None:
    """Who hears of it, and when it is looked at again."""
    if event.how in _UNMADE:
        draft.tell(_UNMADE[event.how], to="helpdesk")
    elif event.how == "made":
        draft.tell("say.change_undone" if one.undoes else "say.change_made", to="helpdesk")
        draft.tell((_UNDONE if one.undoes else _MADE)[_kind(one)])
    if event.how != "failed":
        _look_again(draft, one, 0)
    if event.added and not one.undoes:
        draft.do(Wake(key=f"undoing:{one.n}", due=draft.at + changes.UNDO))


def _kind(one: Proposed) -> str:
    return one.change.fix if one.change.fix == "enable_account" else "licence"


def _look_again(draft: Draft, one: Proposed, times: int) -> None:
    draft.do(Wake(key=f"arrival:{one.n}:{times}", due=draft.at + AGAIN[times]))


def _named(draft: Draft, event: Woke) -> tuple[Proposed | None, int]:
    """The proposal that a key names, and how often it was looked at before."""
    _, n, times = (*event.key.split(":"), "0")[:3]
    entry = draft.case.ledger[int(n) - 1] if 0 < int(n) <= draft.case.version else None
    return (entry if isinstance(entry, Proposed) else None), int(times)


def approval_over(draft: Draft, event: Woke) -> None:
    """The time to approve is over."""
    one, _ = _named(draft, event)
    if one is not None and changes.state(draft.case, one) == "waiting":
        _lapse(draft, one, "expired")
        _redraw(draft, one)


def undo_over(draft: Draft, event: Woke) -> None:
    """The time to take a change back is over: its card loses the button."""
    one, _ = _named(draft, event)
    if one is not None and changes.undo_until(draft.case, one.change.id) is not None:
        draft.add(Lapsed(n=draft.n, at=draft.at, by="bot", change=one.change.id, why="undo"))
        _redraw(draft, one)


def look_again(draft: Draft, event: Woke) -> None:
    """Asks the directory whether a change has arrived, at growing intervals; then an agent must look."""
    one, times = _named(draft, event)
    if one is None or draft.case.closed:
        return
    if one.undoes:
        _look_up(draft)
    elif not changes.is_awaited(draft.case, one):
        return
    elif changes.arrived(draft.case, one):
        _arrive(draft, one)
    elif times + 1 >= len(AGAIN):
        draft.tell("say.change_slow", to="helpdesk")
    else:
        _look_up(draft)
        _look_again(draft, one, times + 1)


def _look_up(draft: Draft) -> None:
    if not any(job.what == "lookup" for job in draft.case.running()):
        draft.do(StartLookup(job=draft.job("lookup", guide.LOOKUP, recheck=True)))


def rechecked(draft: Draft) -> None:
    """The directory was asked again because of a change."""
    for one in tuple(draft.case.all(Proposed)):
        if changes.is_awaited(draft.case, one) and changes.arrived(draft.case, one):
            _arrive(draft, one)
    guide.proceed(draft)


def _arrive(draft: Draft, one: Proposed) -> None:
    """All is well in the directory: the employee hears so, and the phone is put to the proof."""
    draft.add(Told(n=draft.n, at=draft.at, by="bot", what=changes.arrival(one)))
    draft.tell(_ARRIVED[_kind(one)])
    _redraw(draft, one)
    waiting = draft.case.offer("helpdesk")
    if waiting is not None and waiting.step == one.step:
        draft.step(one.step, "fixed", "bot", waiting.nonce, note=one.change.id)
        verify.begin(draft)
