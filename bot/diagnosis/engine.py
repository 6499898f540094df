"""What is wrong, how sure, and what to do next: `diagnose`, the one door into the engine.

Pure and deterministic: the same playbook, facts and steps always give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.diagnosis.belief import (
    Belief,
    Evidence,
    believe,
    believe_on,
    evidence,
    prior,
    ranking,
    ratios,
)
from bot.diagnosis.history import History, tell
from bot.diagnosis.planner import next_step
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import CauseSpec, StepSpec
from bot.domain.diagnosis import UNDETERMINED, Cause, Diagnosis, Done, NextStep
from bot.domain.fact import Fact

KEPT: Final = 512


def diagnose(
    playbook: Playbook, symptom: str | None, facts: Sequence[Fact], done: Sequence[Done] = ()
) -> Diagnosis:
    """Ranks the causes and proposes the next step.

    Ids that the playbook does not know, and values that prove nothing, are left out. `for` and
    `against` hold ids of facts, and of acts whose outcome is evidence.
    """
    return _remembered(playbook, symptom, tuple(facts), tuple(done))


@lru_cache(maxsize=KEPT)
def _remembered(
    playbook: Playbook, symptom: str | None, facts: tuple[Fact, ...], done: tuple[Done, ...]
) -> Diagnosis:
    """Every card of a case asks the same question again, so the last answers are kept."""
    return evaluate(playbook, symptom, facts, done)


def evaluate(
    playbook: Playbook, symptom: str | None, facts: Sequence[Fact], done: Sequence[Done]
) -> Diagnosis:
    """`diagnose`, thought through anew."""
    start = prior(playbook, symptom)
    history = _history(playbook, start, facts, done)
    known = evidence(playbook, history)
    shown = _shown(playbook, start, known)
    weighed = [_in_vain(playbook, shown, item) for item in known]
    belief = believe_on(start, weighed, _repaired(playbook, history, shown), _usual(playbook, history))
    causes = ranking(playbook, start, belief, known)
    verdict = _verdict(playbook, causes)
    situation = Situation(
        playbook=playbook,
        symptom=symptom,
        history=history,
        belief=belief,
        shown=_certain(playbook, causes, shown),
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


def _shown(playbook: Playbook, start: Belief, known: Sequence[Evidence]) -> dict[str, int]:
    """Causes that a fact of their own shows, with the place of the last such fact in the history."""
    shown: dict[str, int] = {}
    for item in known:
        if item.id in playbook.facts:
            for cause, ratio in zip(playbook.causes, ratios(start, item), strict=False):
                if ratio >= playbook.limits.shown:
                    shown[cause] = max(item.place, shown.get(cause, item.place))
    return shown


def _in_vain(playbook: Playbook, shown: Mapping[str, int], act: Evidence) -> Evidence:
    """The evidence with less blame for causes that were measured to be there still after the act.

    Perhaps the act was not done well; perhaps another cause makes the measurement look the same.
    """
    if act.id not in playbook.mends:
        return act
    likelihood = [
        playbook.limits.in_vain if shown.get(cause, -1) > act.place else chance
        for cause, chance in zip(playbook.hypotheses, act.likelihood, strict=True)
    ]
    return Evidence(act.id, tuple(likelihood), act.place)


def _certain(playbook: Playbook, causes: Sequence[Cause], shown: Mapping[str, int]) -> tuple[CauseSpec, ...]:
    """The causes that facts show, likeliest first, if together they are likely enough for a verdict."""
    likely = [cause for cause in causes if cause.id in shown]
    certain = sum(cause.p for cause in likely) >= playbook.limits.verdict
    return tuple(playbook.causes[cause.id] for cause in likely) if certain else ()


def _repaired(playbook: Playbook, history: History, shown: Mapping[str, int]) -> dict[int, int]:
    """Causes that were shown and then repaired, in vain: the place of the cause, and of its repair."""
    repaired: dict[int, int] = {}
    for place, cause in enumerate(playbook.causes.values()):
        tried = [history.tried[cure.step] for cure in cause.cures if cure.step in history.tried]
        if tried and history.mended is None and shown.get(cause.id, max(tried)) < max(tried):
            repaired[place] = max(tried)
    return repaired


def _usual(playbook: Playbook, history: History) -> dict[str, bool]:
    return {i: r.word == playbook.facts[i].usual for i, r in history.current().items()}


def _verdict(playbook: Playbook, causes: Sequence[Cause]) -> CauseSpec | None:
    """The likeliest cause, if it is likely enough and something speaks for it besides its prior."""
    best = causes[0] if causes else None
    if best is None or best.p < playbook.limits.verdict or not best.evidence_for:
        return None
    return playbook.causes[best.id]


def _proposal(step: StepSpec | None) -> NextStep | None:
    return NextStep(step=step.id, kind=step.kind, who=step.who, answers=step.answers) if step else None
