"""What to do next, by expected cost of repair (Heckerman, Breese and Rommelse, 1995).

Every possible step is judged by one number: the minutes of expected repair that it saves for each
minute that it costs. A question is asked only if that is more than one; an act that may mend a
suspected cause is worth trying before giving up.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.diagnosis.belief import Belief, normalised
from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import CauseSpec, StepSpec

NEGLIGIBLE = 0.01


def next_step(situation: Situation, verdict: CauseSpec | None) -> StepSpec | None:
    """The step to propose; None when nothing is left to anybody."""
    if situation.history.mended is not None:
        return _check(situation)
    chosen = _cure(situation, verdict) if verdict else None
    return chosen or _free(situation) or _best(situation) or _handover(situation)


def _check(situation: Situation) -> StepSpec | None:
    """The next check that the repair holds."""
    playbook = situation.playbook
    for step_id in playbook.limits.check_order:
        step = playbook.step(step_id)
        if step and step_id not in situation.history.verified and _worth_checking(situation, step):
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
        if situation.known_to_work(step):
            return _check(situation)
        first = situation.reachable(step)
        if first:
            return first
    return None


def _free(situation: Situation) -> StepSpec | None:
    """A measurement or look-up that the bot makes by itself."""
    steps = situation.playbook.steps.values()
    return next((s for s in steps if s.kind in {"probe", "lookup"} and situation.possible(s)), None)


def _best(situation: Situation) -> StepSpec | None:
    costs = _Costs(situation)
    now = costs.repair(situation.belief)
    judged = [((now - costs.after(step)) / costs.of(step), step.id) for step in _candidates(situation, costs)]
    useful = [(gain, i) for gain, i in judged if gain > 1 or i.startswith("act.")]
    return situation.playbook.steps[max(useful)[1]] if useful else None


def _candidates(situation: Situation, costs: _Costs) -> Iterable[StepSpec]:
    found: dict[str, StepSpec] = {}
    for step in situation.playbook.steps.values():
        if step.kind in {"ask", "act"} and situation.fits(step) and costs.suspicion(step) >= step.min_p:
            reachable = situation.reachable(step)
            if reachable:
                found[reachable.id] = reachable
    return found.values()


def _handover(situation: Situation) -> StepSpec | None:
    """To Microsoft when the phone's own remedies are exhausted, else to the helpdesk first."""
    playbook = situation.playbook
    exhausted = all(situation.done(playbook.steps[i]) for i in playbook.limits.microsoft_after)
    order = ["escalate.microsoft"] if exhausted else ["escalate.helpdesk", "escalate.microsoft"]
    return next((playbook.steps[i] for i in order if not situation.done(playbook.steps[i])), None)


class _Costs:
    """Expected costs in minutes, from one situation."""

    def __init__(self, situation: Situation) -> None:
        self._playbook = situation.playbook
        self._belief = situation.belief
        self._giving_up = situation.playbook.limits.escalation_minutes
        self._cures = [self._first_cure(situation, c) for c in situation.playbook.causes.values()]

    def _first_cure(self, situation: Situation, cause: CauseSpec) -> float | None:
        for cure in situation.cures(cause):
            if cure.p > 0:
                return self.of(self._playbook.steps[cure.step]) / cure.p
        return None

    def of(self, step: StepSpec) -> float:
        """The minutes of people's time that a step costs."""
        factor = 1.0 if step.who in {"user", "bot"} else self._playbook.limits.agent_factor
        return step.minutes * factor

    def repair(self, belief: Belief) -> float:
        """The expected cost of trying cures in the best order, and of giving up on the rest."""
        suspects = sorted(
            (cost / p, cost, p)
            for cost, p in zip(self._cures, belief, strict=False)
            if cost is not None and p > NEGLIGIBLE
        )
        total, left = 0.0, 1.0
        for _, cost, p in suspects:
            if p * self._giving_up < cost * left:
                break
            total += cost * left
            left -= p
        return total + max(0.0, left) * self._giving_up

    def after(self, step: StepSpec) -> float:
        """The cost of the repair expected after a step."""
        return sum(
            chance * (0.0 if ended else self.repair(belief)) for chance, belief, ended in self._futures(step)
        )

    def _futures(self, step: StepSpec) -> Iterable[tuple[float, Belief, bool]]:
        """What may come of a step: how probable, what is then believed, whether the phone works."""
        mends = step.id in self._playbook.mends
        for value, likelihood in self._outcomes(step).items():
            weights = [p * chance for p, chance in zip(self._belief, likelihood, strict=True)]
            yield sum(weights), normalised(weights), mends and value == "works"

    def _outcomes(self, step: StepSpec) -> dict[str, tuple[float, ...]]:
        if step.kind == "act" and step.twin is None:
            works = self._playbook.mends.get(step.id)
            return {"works": works, "fails": tuple(1 - p for p in works)} if works else {}
        fact = step.twin or (step.reveals[0] if step.reveals else "")
        return self._playbook.rows.get(fact, {})

    def suspicion(self, step: StepSpec) -> float:
        """How probable the causes are that the step is about."""
        if step.id in self._playbook.mends:
            likely = self._playbook.mends[step.id]
            return sum(p for p, mend in zip(self._belief, likely, strict=True) if mend > 0.3)
        fact = self._playbook.facts.get(step.twin or (step.reveals[0] if step.reveals else ""))
        named = fact.likely if fact else {}
        return sum(p for h, p in zip(self._playbook.causes, self._belief, strict=False) if h in named)
