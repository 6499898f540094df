"""Where the changes of a case stand, read from its ledger: what is called for, proposed, approved, made, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.domain.case import Case, Noted, Stage, Told
from bot.domain.change import (
    STEPS,
    Approved,
    Change,
    Changed,
    ChangeState,
    Declined,
    FixKind,
    FixOffer,
    Lapsed,
    Proposed,
)
from bot.domain.diagnosis import Diagnosis
from bot.domain.fact import Source
from bot.domain.people import Person
from dialogs.draft import Rules, nonce_of

APPROVAL: Final = timedelta(minutes=15)
UNDO: Final = timedelta(hours=24)
LICENCES: Final = ("licence.teams", "licence.teams_phone")
ENABLED: Final = "account.enabled"
WELL: Final = {"licence.teams": "ok", "licence.teams_phone": "ok", ENABLED: "yes"}
PENDING: Final[frozenset[ChangeState]] = frozenset({"waiting", "changing"})
_ARRIVING: Final[frozenset[ChangeState]] = frozenset({"made", "already", "unknown"})


def read(case: Case) -> dict[str, str]:
    """What the directory said last of each fact, in words of the vocabulary; what people told does not count."""
    found = (e for e in case.all(Noted) if e.source is Source.looked_up)
    return {entry.fact: str(entry.value) for entry in found}


def offer(case: Case, diagnosis: Diagnosis, rules: Rules) -> FixOffer | None:
    """The change that the evidence calls for now; None when there is none, or one is under way."""
    if not rules.fixes or case.closed or case.stage is Stage.verifying or _busy(case):
        return None
    change = _called_for(case, diagnosis.verdict)
    if change is None or _same_stands(case, change):
        return None
    seats = case.known("account").get("seats_free", "")
    free = int(seats) if change.sku and seats.isdecimal() else None
    return FixOffer(change=change, mark=_mark(case), free=free)


def _called_for(case: Case, verdict: str) -> Change | None:
    account, facts = case.known("account"), read(case)
    if not account.get("object_id"):
        return None
    if verdict == "account.disabled":
        return _enable(case, account) if facts.get(ENABLED) == "no" else None
    return _licence(case, account, facts) if verdict == "licence.missing" else None


def _enable(case: Case, account: dict[str, str]) -> Change | None:
    """Not for an account that the organisation's own directory is master of: only there can it be enabled."""
    if account.get("synchronised") == "yes":
        return None
    return _change(case, account, "enable_account", (ENABLED,))


def _licence(case: Case, account: dict[str, str], facts: dict[str, str]) -> Change | None:
    missing = tuple(fact for fact in LICENCES if facts.get(fact) == "missing")
    free, group = account.get("seats_free", ""), account.get("seat_group", "")
    no_seat = not account.get("seat_sku") or not free.isdecimal() or int(free) < 1
    if not missing or no_seat or account.get("seat_obstacle") or facts.get(ENABLED) != "yes":
        return None
    return msgspec.structs.replace(
        _change(case, account, "join_group" if group else "assign_licence", missing),
        sku=account["seat_sku"],
        sku_name=account.get("seat_name", ""),
        group=group,
        group_name=account.get("seat_group_name", ""),
    )


def _change(case: Case, account: dict[str, str], fix: FixKind, facts: tuple[str, ...]) -> Change:
    return Change(
        id=f"{case.id}-{case.version + 1}",
        fix=fix,
        user=account["object_id"],
        upn=account.get("upn", ""),
        facts=facts,
    )


def _mark(case: Case) -> str:
    """Another one after every proposal, so that a button of an old card proposes nothing."""
    last = case.last(Proposed)
    return nonce_of(f"{case.id}:propose", last.n if last else 0)


def _busy(case: Case) -> bool:
    return any(state(case, proposed) in PENDING for proposed in case.all(Proposed))


def _same_stands(case: Case, change: Change) -> bool:
    """This very change was carried out, and not taken back: what is missing now is only time."""
    return any(
        (one.change.fix, one.change.sku, one.change.user) == (change.fix, change.sku, change.user)
        and not one.undoes
        and state(case, one) in _ARRIVING
        for one in case.all(Proposed)
    )


def proposed(case: Case, change: str) -> Proposed | None:
    """The proposal of a change."""
    return next((entry for entry in case.all(Proposed) if entry.change.id == change), None)


def approved(case: Case, change: str) -> Approved | None:
    """The approval of a change."""
    return next((entry for entry in case.all(Approved) if entry.change == change), None)


def changed(case: Case, change: str) -> Changed | None:
    """How a change ended; the last word counts, because « unknown » may be cleared up."""
    return next((e for e in reversed(tuple(case.all(Changed))) if e.change == change), None)


def decided_by(case: Case, change: str) -> Person | None:
    """Who approved or declined a change."""
    decided = (e for e in case.ledger if isinstance(e, Approved | Declined) and e.change == change)
    return next((entry.person for entry in decided), None)


def state(case: Case, one: Proposed) -> ChangeState:
    """How a proposed change stands."""
    ended = changed(case, one.change.id)
    if ended is not None:
        return "undone" if _undone(case, one.change.id) else ended.how
    if approved(case, one.change.id) is not None:
        return "changing"
    return _without_approval(case, one.change.id)


def _without_approval(case: Case, change: str) -> ChangeState:
    for entry in case.ledger:
        if isinstance(entry, Declined) and entry.change == change:
            return "declined"
        if isinstance(entry, Lapsed) and entry.change == change and entry.why != "undo":
            return entry.why
    return "waiting"


def _undone(case: Case, change: str) -> bool:
    return any(
        (ended := changed(case, one.change.id)) is not None and ended.how in {"made", "already"}
        for one in undoings(case, change)
    )


def undoings(case: Case, change: str) -> Iterator[Proposed]:
    """The proposals to take a change back."""
    return (one for one in case.all(Proposed) if one.undoes == change)


def undo_until(case: Case, change: str) -> datetime | None:
    """Until when a change can be proposed to be taken back; None when this cannot be, or not any more.

    Only what it added itself is taken back, and nothing that was there before.
    """
    one, ended = proposed(case, change), changed(case, change)
    if one is None or one.undoes or ended is None or not ended.added or _undone(case, change):
        return None
    lapsed = any(entry.change == change and entry.why == "undo" for entry in case.all(Lapsed))
    busy = any(state(case, undoing) in PENDING for undoing in undoings(case, change))
    return None if lapsed or busy else ended.at + UNDO


def still_needed(case: Case, one: Proposed) -> bool:
    """What showed the need is still what the directory said last."""
    if one.undoes:
        return undo_target(case, one) is not None
    facts = read(case)
    return not case.closed and any(facts.get(fact) != WELL[fact] for fact in one.change.facts)


def undo_target(case: Case, one: Proposed) -> Changed | None:
    """What an undoing takes back, if that is still there to be taken back."""
    ended = changed(case, one.undoes)
    return ended if ended is not None and ended.added and not _undone(case, one.undoes) else None


def arrived(case: Case, one: Proposed) -> bool:
    """The directory says that all is well which the change was for."""
    facts = read(case)
    return bool(one.change.facts) and all(facts.get(fact) == WELL[fact] for fact in one.change.facts)


def arrival(one: Proposed) -> str:
    """What the employee is told once, when the change has arrived."""
    return f"arrived:{one.change.id}"


def has_arrived(case: Case, one: Proposed) -> bool:
    """The change has arrived, and the employee was told."""
    return any(told.what == arrival(one) for told in case.all(Told))


def is_awaited(case: Case, one: Proposed) -> bool:
    """The change was made, and nobody has seen yet that it has arrived."""
    return not one.undoes and state(case, one) in _ARRIVING and not has_arrived(case, one)


def cleared(case: Case, change: str) -> Change | None:
    """What is to be carried out: a change with two different keys; None without them."""
    one, second = proposed(case, change), approved(case, change)
    if one is None or second is None or second.person.key in {one.person.key, case.opened.person.key}:
        return None
    return one.change


def step_of(change: Change) -> str:
    """The act of the playbook that a change carries out."""
    return STEPS[change.fix]
