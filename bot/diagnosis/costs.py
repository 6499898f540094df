"""Expected cost of repair, in minutes of people's time: what a step is worth in a situation.

The cost of a state is that of trying the likeliest and cheapest cures one after another, or of first
taking the one step that saves most (Heckerman, Breese and Rommelse, 1995, with two steps of foresight).
A form is worth what its answers tell together, and a cure that leaves open what it cured costs something too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Final, cast

import msgspec

from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import CauseSpec, StepSpec

NEGLIGIBLE: Final = 0.002
"""Hypotheses less probable than this are left out of the sums."""
RARE: Final = 0.05
"""Answers to a form less probable than this are taken together."""
HOPELESS: Final = 0.005
"""Of what is left, a cure of less than this is not tried."""
FORESIGHT: Final = 3
WORTH: Final = 0.35
"""What mends nothing must save this much of its cost beyond it: the estimate is no better."""

Weights = Sequence[float]


class Outcome(msgspec.Struct, frozen=True):
    """What may come of a step: its probability under each hypothesis, and whether the phone then works."""

    likelihood: Weights
    ends: bool


class Option(msgspec.Struct, frozen=True):
    """A possible step with its cost and its outcomes."""

    step: StepSpec
    cost: float
    outcomes: Sequence[Outcome]


class Repair(msgspec.Struct, frozen=True):
    """An act with its cost, and the hypotheses for which it is the first cure, with its success there."""

    act: str
    cost: float
    parts: tuple[tuple[int, float], ...]


class Costs:
    """Expected costs from one situation; weights are those of the hypotheses that are not negligible."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._playbook = situation.playbook
        self._giving_up = situation.playbook.limits.escalation_minutes
        self._unexplained = situation.playbook.limits.unexplained_minutes
        self._places = [i for i, p in enumerate(situation.belief) if p >= NEGLIGIBLE]
        self._now = [situation.belief[i] for i in self._places]
        repairs = self._first_repairs()
        self._plain = [(r.act, r.cost, *r.parts[0]) for r in repairs if len(r.parts) == 1]
        self._shared = [r for r in repairs if len(r.parts) > 1]

    def _first_repairs(self) -> list[Repair]:
        causes = list(self._playbook.causes.values())
        parts: dict[str, list[tuple[int, float]]] = {}
        for i, place in enumerate(self._places):
            if place < len(causes) and (first := self._first_cure(causes[place])):
                parts.setdefault(first[0], []).append((i, first[1]))
        return [
            Repair(act, self._with_requirements(self._playbook.steps[act]), tuple(mended))
            for act, mended in parts.items()
        ]

    def _first_cure(self, cause: CauseSpec) -> tuple[str, float] | None:
        cures = self._situation.cures(cause)
        return next(((cure.step, cure.p) for cure in cures if cure.p > 0), None)

    def _with_requirements(self, step: StepSpec) -> float:
        """The cost of a step and of what must come before it, or may yet make it possible."""
        before = [first for i in step.requires if (first := self._playbook.step(i))]
        leading = self._situation.reachable(step)
        cost = self.of(step) + sum(self.of(first) for first in before if not self._situation.done(first))
        return cost if leading in (None, step, *before) else cost + self.of(cast("StepSpec", leading))

    def of(self, step: StepSpec) -> float:
        """The minutes of people's time that a step costs."""
        if step.who == "bot":
            return 0.0
        limits = self._playbook.limits
        return (step.minutes + limits.turn_minutes) * (1.0 if step.who == "user" else limits.agent_factor)

    def best(self, steps: Iterable[StepSpec], mending: Container[str]) -> StepSpec | None:
        """The step with the least expected cost from now on; one that mends nothing must save more than it costs."""
        now = self.now()
        options = [self._option(step) for step in steps]
        first = sorted(((self._after(o, self._now, ()), o.step.id, o) for o in options), key=_rank)
        short = [option for _, _, option in first[:FORESIGHT]]
        judged = [(self._after(o, self._now, [s for s in short if s is not o]), o.step.id, o) for o in short]
        useful = [row for row in judged if row[0] < now - WORTH * row[2].cost or row[1] in mending]
        useful += [row for row in first if row[1] in mending] if not useful else []
        return min(useful, key=_rank)[2].step if useful else None

    def now(self) -> float:
        """The expected cost from here if cures are tried without asking anything."""
        return self.repair(self._now)

    def _option(self, step: StepSpec) -> Option:
        return Option(step, self.of(step), self._outcomes(step))

    def _outcomes(self, step: StepSpec) -> list[Outcome]:
        mends = self._playbook.mends.get(step.id)
        if mends and step.twin is None:
            success = self._likely(mends)
            return [Outcome(success, True), Outcome([1 - p for p in success], False)]
        if step.twin:
            rows = self._playbook.rows.get(step.twin, {})
            return [Outcome(self._likely(row), bool(mends) and word == "works") for word, row in rows.items()]
        return [Outcome(likelihood, False) for likelihood in self._answers(step)]

    def _likely(self, row: Weights) -> Weights:
        return [row[place] for place in self._places]

    def _answers(self, step: StepSpec) -> list[Weights]:
        """How likely each answer is; of a form, each combination that is not rare."""
        found: list[Weights] = [[1.0] * len(self._places)]
        for question in self._situation.questions(step):
            rows = self._playbook.rows.get(question.reveals[0], {}) if question.reveals else {}
            found = self._crossed(found, [self._likely(row) for row in rows.values()]) if rows else found
        return found

    def _crossed(self, found: list[Weights], rows: list[Weights]) -> list[Weights]:
        """Every answer so far with every answer to one question more; rare ones become one."""
        if len(found) == 1:
            return rows
        common, rare = [], [0.0] * len(self._places)
        for one in found:
            for row in rows:
                both = [p * q for p, q in zip(one, row, strict=True)]
                if sum([p * q for p, q in zip(both, self._now, strict=True)]) >= RARE:
                    common.append(both)
                else:
                    rare = [p + q for p, q in zip(rare, both, strict=True)]
        return [*common, rare]

    def repair(self, weights: Weights, without: str = "") -> float:
        """The expected cost of trying cures in the best order, and of giving up on the rest.

        The weights need not be normalised: the cost is that of their whole.
        """
        left = sum(weights)
        least = left * HOPELESS
        tried = [
            (cost / mended, cost, mended)
            for act, cost, place, p in self._plain
            if (mended := weights[place] * p) > least and act != without
        ]
        for repair in self._shared:
            mended = sum([weights[place] * p for place, p in repair.parts])
            if mended > least and repair.act != without:
                tried.append((repair.cost / mended, repair.cost, mended))
        tried.sort()
        total = 0.0
        for _, cost, mended in tried:
            if mended * self._giving_up < cost * left:
                break
            total += cost * left
            left -= mended
        return total + left * self._giving_up

    def _after(self, option: Option, weights: Weights, then: Sequence[Option]) -> float:
        """The cost of a step and of all that follows, when one of some other steps may come before the repair."""
        total = option.cost * sum(weights)
        act = option.step.id if option.step.kind == "act" else ""
        for outcome in option.outcomes:
            after = [p * q for p, q in zip(weights, outcome.likelihood, strict=True)]
            if outcome.ends:
                total += self._unexplained * (sum(after) - max(after))
            else:
                later = then if sum(after) >= RARE else ()
                total += min([self.repair(after, act), *[self._after(o, after, ()) for o in later]])
        return total


def _rank(row: tuple[float, str, Option]) -> tuple[float, str]:
    return row[:2]
