"""Proof that the fix holds: measure again, a test call, sound both ways, one restart; then the case closes."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case, Moved, Noted, Stage, Stepped
from bot.domain.diagnosis import UNDETERMINED, Outcome
from bot.domain.events import Refresh, Show
from bot.domain.people import Person
from dialogs import followup, guide, remeasure, report
from dialogs.draft import Draft, author, nonce_of

PLAN: Final = ("verify.test_call", "verify.audio", "verify.restart")
ASSISTANCE: Final = "escalate.helpdesk"
NEEDED: Final = frozenset({"verify.test_call", "verify.audio"})


def begin(draft: Draft) -> None:
    """Something was said to have fixed it: prove it, beginning with what had been measured as broken."""
    if draft.case.stage is Stage.verifying:
        return
    draft.move(Stage.verifying)
    if _measured_again(draft):
        draft.tell("say.rechecking")
        return
    _next(draft)


def _measured_again(draft: Draft) -> bool:
    case, rules = draft.case, draft.rules
    repair = _repair(case)
    if not remeasure.wanted(case, rules, repair):
        return False
    return guide.start_probes(draft, recheck=True, facts=remeasure.facts(case, rules, repair))


def rechecked(draft: Draft, *, measured: bool) -> None:
    """The site was measured again (or could not be); if it is still broken, the fix did not help."""
    if draft.case.stage is not Stage.verifying:
        guide.proceed(draft)
    elif measured and remeasure.bad(draft.case, draft.rules, _began(draft.case)):
        guide.set_aside(draft, "overtaken")
        draft.tell("say.still_measured_bad")
        _undo(draft)
    elif draft.case.offer() is None:
        _next(draft)


def settled(draft: Draft, step: str, outcome: Outcome) -> None:
    """The employee carried out one check of the proof."""
    if outcome == "not_fixed":
        _undo(draft)
    else:
        _next(draft)


def mark(case: Case) -> str:
    """What the helpdesk's buttons carry while the employee proves a repair; empty at any other time."""
    return nonce_of(case.id, _began(case)) if case.stage is Stage.verifying else ""


def concluded(draft: Draft, agent: Person, outcome: Outcome) -> None:
    """An agent concludes a proof for which nobody answers: the case is closed, or goes on as not mended."""
    guide.set_aside(draft, "concluded", author(agent))
    if outcome == "not_fixed":
        _undo(draft)
        return
    draft.move(Stage.fixed, "concluded", author(agent))
    draft.tell("say.agent_concluded", values={"name": agent.name})
    draft.do(Show(to="employee", slot="closing"))
    followup.plan(draft)


def _since(case: Case) -> tuple[Stepped, ...]:
    """The steps that ended since this verification began."""
    return tuple(e for e in case.all(Stepped) if e.n > _began(case))


def _began(case: Case) -> int:
    return max((e.n for e in case.all(Moved) if e.to is Stage.verifying), default=0)


def _next(draft: Draft) -> None:
    done = {entry.step: entry.outcome for entry in _since(draft.case)}
    step = next((step for step in PLAN if step not in done), None)
    if any(done.get(needed, "fixed") != "fixed" for needed in NEEDED):
        guide.hand_over(draft, ASSISTANCE, "not_verified")
    elif step is not None:
        guide.offer(draft, step)
    else:
        diagnosis = guide.judge(draft.case, draft.rules)
        if diagnosis.verdict != UNDETERMINED:
            guide.record(draft, diagnosis)  # a cure that held may be what settles the cause
        draft.move(Stage.fixed, "verified")
        draft.do(Show(to="employee", slot="closing"))
        followup.plan(draft)


def _undo(draft: Draft) -> None:
    """What was thought to have helped did not: the engine hears so, and goes on from there."""
    if taken_back(draft, "not_fixed"):
        return
    if any(done.step == "intake" and done.outcome == "answered" for done in draft.case.done()):
        guide.proceed(draft)
    else:
        report.ask_intake(draft)


def taken_back(draft: Draft, why: str, *, repaired: bool = True) -> bool:
    """Notes that what was thought to have helped did not, where something was; True when the helpdesk goes on."""
    repair = _repair(draft.case) if repaired else ""
    draft.do(Refresh(slot="checks"))
    if repair.startswith("act."):
        draft.step(repair, "not_fixed", "bot", note="not verified")
    if draft.case.offer("helpdesk") or repair == ASSISTANCE:
        guide.hand_over(draft, ASSISTANCE, why)
        return True
    draft.move(Stage.guiding, why)
    return False


def _repair(case: Case) -> str:
    """What began this verification: the step just before it that was said to have helped, if one did."""
    before = reversed(case.ledger[: max(0, _began(case) - 1)])
    last = next((entry for entry in before if not isinstance(entry, Noted)), None)
    return last.step if isinstance(last, Stepped) and last.outcome == "fixed" else ""
