"""Proof that the fix holds: measure again, a test call, sound both ways, one restart; then the case closes."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case, Moved, Noted, Stage, Stepped
from bot.domain.diagnosis import Outcome
from bot.domain.events import Refresh, Show
from bot.domain.fact import Source
from dialogs import guide
from dialogs.draft import Draft

PLAN: Final = ("verify.test_call", "verify.audio", "verify.restart")
NEEDED: Final = frozenset({"verify.test_call", "verify.audio"})
HEALTHY: Final = {"dns": "ok", "tcp443": "ok", "tls": "ok", "udp3478": "ok", "ntp": "ok"}


def begin(draft: Draft) -> None:
    """Something was said to have fixed it: prove it, beginning with what had been measured as broken."""
    draft.move(Stage.verifying)
    if _measured_bad(draft.case) and guide.start_probes(draft, recheck=True):
        draft.tell("say.rechecking")
        return
    _next(draft)


def rechecked(draft: Draft, *, measured: bool) -> None:
    """The site was measured again (or could not be); if it is still broken, the fix did not help."""
    if draft.case.stage is not Stage.verifying:
        return
    if measured and _measured_bad(draft.case):
        draft.tell("say.still_measured_bad")
        _undo(draft)
    else:
        _next(draft)


def settled(draft: Draft, step: str, outcome: Outcome) -> None:
    """The employee carried out one check of the proof."""
    if outcome == "not_fixed":
        _undo(draft)
    else:
        _next(draft)


def _measured_bad(case: Case) -> bool:
    newest = {e.fact: e.value for e in case.all(Noted) if e.source is Source.measured}
    return any(
        newest.get(fact, good) not in {good, "unknown", "inconclusive"} for fact, good in HEALTHY.items()
    )


def _since(case: Case) -> tuple[Stepped, ...]:
    """The steps that ended since this verification began."""
    began = max((e.n for e in case.all(Moved) if e.to is Stage.verifying), default=0)
    return tuple(e for e in case.all(Stepped) if e.n > began)


def _next(draft: Draft) -> None:
    done = {entry.step: entry.outcome for entry in _since(draft.case)}
    step = next((step for step in PLAN if step not in done), None)
    if step is not None:
        guide.offer(draft, step)
    elif all(done[step] == "fixed" for step in NEEDED):
        draft.move(Stage.fixed, "verified")
        draft.do(Show(to="employee", slot="closing"))
    else:
        guide.hand_over(draft, "escalate.helpdesk", "not_verified")


def _undo(draft: Draft) -> None:
    """The act that was thought to have helped did not: the engine hears so, and goes on from there."""
    acts = [e for e in draft.case.all(Stepped) if e.step.startswith("act.") and e.outcome == "fixed"]
    draft.move(Stage.guiding, "not_fixed")
    if acts:
        draft.step(acts[-1].step, "not_fixed", "bot", note="not verified")
    draft.do(Refresh(slot="checks"))
    guide.proceed(draft)
