"""What to do next, by expected cost of repair (Heckerman, Breese and Rommelse, 1995).

What the bot can measure by itself comes first, unless the facts given already carry a verdict and its
cure. Then comes the step with the least expected cost of repair. A question must save more than it costs;
an act that may mend a suspected cause is worth trying before giving up.
"""

from __future__ import annotations

from bot.diagnosis.costs import Costs
from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import CauseSpec, StepSpec


def next_step(situation: Situation, verdict: CauseSpec | None) -> StepSpec | None:
    """The step to propose; None when nothing is left to anybody."""
    since = _works_since(situation, verdict)
    if since is not None:
        return _check(situation, since)
    again = _free(situation, again=True)
    chosen = again or _certain_cure(situation, verdict)
    return chosen or _free(situation) or _best(situation) or _handover(situation)


def _certain_cure(situation: Situation, verdict: CauseSpec | None) -> StepSpec | None:
    """The cure of the verdict, or of a cause that a fact shows; handed on when nobody can mend either."""
    cures = [_cure(situation, cause) for cause in ((verdict,) if verdict else ()) + situation.shown]
    acts = (step for step in cures if step and step.kind != "escalate")
    return next(acts, cures[0] if verdict else None)


def _works_since(situation: Situation, verdict: CauseSpec | None) -> int | None:
    """The place in the history of a repair that holds, or of a trial that is known to have ended the verdict."""
    if situation.history.mended is not None:
        return situation.history.mended
    steps = (
        [situation.playbook.steps[c.step] for c in verdict.cures if situation.holds(c.when)]
        if verdict
        else []
    )
    places = [place for step in steps if (place := situation.works_since(step)) is not None]
    return max(places, default=None)


def _check(situation: Situation, since: int) -> StepSpec | None:
    """The next check that the repair at a place of the history holds."""
    playbook = situation.playbook
    for step_id in playbook.limits.check_order:
        step = playbook.step(step_id)
        checked = situation.history.steps.get(step_id, -1) > since
        if step and not checked and _worth_checking(situation, step):
            return step
    return None


def _worth_checking(situation: Situation, step: StepSpec) -> bool:
    """A measurement is repeated only if it showed something unusual."""
    playbook, current = situation.playbook, situation.history.current(situation.history.mended)
    readings = [current[fact] for fact in step.reveals if fact in current]
    return not step.reveals or any(r.word != playbook.facts[r.fact.id].usual for r in readings)


def _cure(situation: Situation, verdict: CauseSpec) -> StepSpec | None:
    for cure in verdict.cures:
        step = situation.playbook.step(cure.step)
        if step is None or not situation.holds(cure.when):
            continue
        first = situation.reachable(step)
        if first:
            return first
    return None


def _free(situation: Situation, *, again: bool = False) -> StepSpec | None:
    """A measurement or look-up that the bot makes by itself; `again`: one that an act has made out of date."""
    steps = [s for s in situation.playbook.steps.values() if s.kind in {"probe", "lookup"}]
    return next((s for s in steps if situation.possible(s) and (situation.known(s) or not again)), None)


def _best(situation: Situation) -> StepSpec | None:
    candidates = _candidates(situation)
    return Costs(situation).best(
        [first for first, _ in candidates], {first.id for first, aim in candidates if aim}
    )


def _candidates(situation: Situation) -> list[tuple[StepSpec, bool]]:
    """The steps that may be proposed, and whether each mends something, itself or by leading to such an act."""
    found: dict[str, tuple[StepSpec, bool]] = {}
    for step in situation.playbook.steps.values():
        if step.kind in {"ask", "act"} and situation.fits(step) and _suspected(situation, step):
            reachable = situation.reachable(step)
            if reachable:
                aims = step.id in situation.playbook.mends or found.get(reachable.id, (step, False))[1]
                found[reachable.id] = (reachable, aims)
    return list(found.values())


def _suspected(situation: Situation, step: StepSpec) -> bool:
    """True when what the step is about is probable enough, or shown by a fact of its own."""
    about = situation.about(step)
    p = sum(
        p for cause, p in zip(situation.playbook.causes, situation.belief, strict=False) if cause in about
    )
    return p >= step.min_p


def _handover(situation: Situation) -> StepSpec | None:
    """To Microsoft when the phone's own remedies are exhausted, else to the helpdesk first."""
    playbook = situation.playbook
    exhausted = all(situation.done(playbook.steps[i]) for i in playbook.limits.microsoft_after)
    order = ["escalate.microsoft"] if exhausted else ["escalate.helpdesk", "escalate.microsoft"]
    return next((playbook.steps[i] for i in order if not situation.done(playbook.steps[i])), None)
