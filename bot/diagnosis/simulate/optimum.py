"""How far the engine is from the best possible order of steps, computed exactly on small problems.

Both are expectations over the same tree of outcomes, in minutes of people's time: nothing is
sampled. Giving up costs what the playbook says that it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.simulate.own import value_of
from bot.diagnosis.simulate.settings import Settings
from bot.diagnosis.simulate.subproblem import SYMPTOM, Subproblem, sample
from bot.diagnosis.simulate.tables import chance
from bot.diagnosis.spec import StepSpec
from bot.domain.diagnosis import Done, Outcome
from bot.domain.fact import Fact

NEVER: Final = 1e-9
Weights = tuple[float, ...]
Past = frozenset[tuple[str, str]]


class Expected(msgspec.Struct, frozen=True):
    """What a plan costs on average: minutes, and steps (giving up is one)."""

    cost: float = 0.0
    steps: float = 0.0

    def plus(self, other: Expected) -> Expected:
        """Both together."""
        return Expected(self.cost + other.cost, self.steps + other.steps)


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One small problem: its causes and questions, the engine's expectation and the best one."""

    name: str
    engine: Expected
    best: Expected

    @property
    def ratio(self) -> float:
        """The engine's cost, of the optimum's."""
        return self.engine.cost / self.best.cost


class Optimum(msgspec.Struct, frozen=True, kw_only=True):
    """All problems together: mean and worst ratio of costs, ratio of mean steps."""

    problems: int
    mean_ratio: float
    worst_ratio: float
    worst: str
    steps_ratio: float


def compare_all(playbook: Playbook, settings: Settings, problems: int, seed: int) -> Optimum:
    """Compares the engine with the optimum on random parts of the playbook."""
    rng = chance(f"optimum:{seed}")
    found = (sample(playbook, rng, settings.optimum_causes, settings.optimum_steps) for _ in range(problems))
    return summed([compare(problem) for problem in found if problem is not None])


def summed(compared: Sequence[Compared]) -> Optimum:
    """Means and the worst. There must be at least one."""
    worst = max(compared, key=lambda one: one.ratio)
    return Optimum(
        problems=len(compared),
        mean_ratio=sum(one.ratio for one in compared) / len(compared),
        worst_ratio=worst.ratio,
        worst=worst.name,
        steps_ratio=sum(one.engine.steps for one in compared) / sum(one.best.steps for one in compared),
    )


def compare(problem: Subproblem) -> Compared:
    """The engine's expectation and the best possible one on a small problem."""
    whole = sum(problem.start)
    start = tuple(weight / whole for weight in problem.start)
    return Compared(
        name=problem.name,
        engine=_Engine(problem).value(start, (), ()),
        best=_Best(problem).value(start, frozenset()),
    )


class _Best:
    """Exhaustive search, remembering every state of knowledge once."""

    def __init__(self, problem: Subproblem) -> None:
        self._problem = problem
        self._known: dict[Past, Expected] = {}

    def value(self, weights: Weights, past: Past) -> Expected:
        """The best expectation from here; `weights` are not normalised, so they hold the path's probability."""
        if past not in self._known:
            used = {step for step, _ in past}
            plans = [
                self._try(step, weights, past)
                for step in self._problem.steps
                if step.id not in used and used.issuperset(step.requires)
            ]
            self._known[past] = min([_giving_up(self._problem, weights), *plans], key=lambda plan: plan.cost)
        return self._known[past]

    def _try(self, step: StepSpec, weights: Weights, past: Past) -> Expected:
        found = _cost(self._problem, step, weights)
        for outcome, then in _futures(self._problem, step, weights).items():
            if not self._problem.mends(step, outcome):
                found = found.plus(self.value(then, past | {(step.id, outcome)}))
        return found


class _Engine:
    """Follows `diagnose` through every outcome."""

    def __init__(self, problem: Subproblem) -> None:
        self._problem = problem

    def value(self, weights: Weights, facts: tuple[Fact, ...], done: tuple[Done, ...]) -> Expected:
        """What following the engine costs from here."""
        proposed = diagnose(self._problem.playbook, SYMPTOM, facts, done).next
        step = self._problem.playbook.steps[proposed.step] if proposed else None
        if step is None or step.kind == "escalate":
            return _giving_up(self._problem, weights)
        found = _cost(self._problem, step, weights)
        for outcome, then in _futures(self._problem, step, weights).items():
            if not self._problem.mends(step, outcome):
                found = found.plus(self._after(step, outcome, then, facts, done))
        return found

    def _after(
        self,
        step: StepSpec,
        outcome: str,
        weights: Weights,
        facts: tuple[Fact, ...],
        done: tuple[Done, ...],
    ) -> Expected:
        if step.kind == "act":
            worked: Outcome = "fixed" if outcome == "works" else "not_fixed"
            return self.value(weights, facts, (*done, Done(step=step.id, outcome=worked)))
        fact = step.reveals[0]
        told = Fact(id=fact, value=value_of(self._problem.playbook, fact, outcome))
        return self.value(weights, (*facts, told), (*done, Done(step=step.id, outcome="answered")))


def _cost(problem: Subproblem, step: StepSpec, weights: Weights) -> Expected:
    return Expected(sum(weights) * problem.cost(step), sum(weights))


def _giving_up(problem: Subproblem, weights: Weights) -> Expected:
    return Expected(sum(weights) * problem.playbook.limits.escalation_minutes, sum(weights))


def _futures(problem: Subproblem, step: StepSpec, weights: Weights) -> Mapping[str, Weights]:
    """What may come of a step and its weights; outcomes that never come are left out."""
    futures = {
        outcome: tuple(w * p for w, p in zip(weights, likelihood, strict=True))
        for outcome, likelihood in problem.outcomes(step).items()
    }
    return {outcome: then for outcome, then in futures.items() if sum(then) > NEVER}
