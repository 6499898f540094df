"""What is wrong, how sure, and what to do next: `diagnose`, the one door into the engine.

Pure and deterministic: the same playbook, facts and steps always give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.diagnosis.belief import Belief, Evidence, believe, evidence, prior, ranking, ratios
from bot.diagnosis.history import History, tell
from bot.diagnosis.planner import next_step
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import CauseSpec, StepSpec
from bot.domain.diagnosis import UNDETERMINED, Cause, Diagnosis, Done, NextStep
from bot.domain.fact import Fact


def diagnose(
    playbook: Playbook, symptom: str | None, facts: Sequence[Fact], done: Sequence[Done] = ()
) -> Diagnosis:
    """Ranks the causes and proposes the next step.

    Ids that the playbook does not know, and values that prove nothing, are left out. `for` and
    `against` hold ids of facts, and of acts whose outcome is evidence.
    """
    start = prior(playbook, symptom)
    history = _history(playbook, start, facts, done)
    known = evidence(playbook, history)
    belief = believe(start, known)
    causes = ranking(playbook, start, belief, known)
    verdict = _verdict(playbook, causes)
    situation = Situation(
        playbook=playbook, symptom=symptom, history=history, belief=belief, current=history.current()
    )
    return Diagnosis(
        verdict=verdict.id if verdict else UNDETERMINED,
        causes=causes,
        next=_proposal(next_step(situation, verdict)),
        contradictions=history.contradictions,
    )


def _history(playbook: Playbook, start: Belief, facts: Sequence[Fact], done: Sequence[Done]) -> History:
    """The history, with a repair that a later measurement refutes counted as failed."""
    history = tell(playbook, facts, done)
    return tell(playbook, facts, done, doubted=True) if _refuted(playbook, start, history) else history


def _refuted(playbook: Playbook, start: Belief, history: History) -> bool:
    if history.mended is None:
        return False
    belief = believe(start, evidence(playbook, history))
    suspect = max(range(len(playbook.causes)), key=belief.__getitem__)
    checks = [playbook.steps[i] for i in playbook.limits.check_order if i in playbook.steps]
    measured = {fact for step in checks for fact in step.reveals}
    return any(
        reading.place > history.mended
        and ratios(start, Evidence(i, playbook.rows[i][reading.word]))[suspect] >= playbook.limits.telling
        for i, reading in history.current().items()
        if i in measured
    )


def _verdict(playbook: Playbook, causes: Sequence[Cause]) -> CauseSpec | None:
    """The likeliest cause, if it is likely enough and something speaks for it besides its prior."""
    best = causes[0] if causes else None
    if best is None or best.p < playbook.limits.verdict or not best.evidence_for:
        return None
    return playbook.causes[best.id]


def _proposal(step: StepSpec | None) -> NextStep | None:
    return NextStep(step=step.id, kind=step.kind, who=step.who, answers=step.answers) if step else None
