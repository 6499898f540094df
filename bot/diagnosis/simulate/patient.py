"""A phone with hidden faults, and the people around it: answers questions, lets acts be tried.

A fault that is mended no longer shows; neither does a harmless oddity that an act has put right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.diagnosis.simulate.draws import Draws
from bot.diagnosis.simulate.tables import ANY, FOLLOWS, World, usual
from bot.diagnosis.spec import StepSpec
from bot.domain.diagnosis import Outcome
from bot.domain.fact import UNKNOWN, Value

HEALS: Final = 0.5
"""From this probability on, an act puts right what a cause changes, whether or not that is the fault."""


class Patient:
    """One case being played; the same `Draws` may be played many times."""

    def __init__(self, world: World, draws: Draws) -> None:
        self._world = world
        self._draws = draws
        self._left = list(range(len(draws.faults)))
        self._healed: set[str] = set()
        self._first = {fact: self._truth(fact) for fact in draws.background}

    @property
    def works(self) -> bool:
        """True when no fault is left."""
        return not self._left

    def tell(self, facts: Iterable[str]) -> dict[str, Value]:
        """What is answered or measured for these facts; `unknown` where it cannot be had."""
        return {fact: self._reading(fact) for fact in facts if fact in self._world.background}

    def try_act(self, step: StepSpec) -> Outcome:
        """Carries out an act, a repair or a mere trial; the outcome is what the person reports."""
        if step.id not in self._world.acts:
            return self._trial(step)
        if step.id in self._draws.cannot:
            return "cannot"
        self._mend(step.id)
        return "fixed" if self.works or step.id in self._draws.claimed else "not_fixed"

    def minutes(self, step: StepSpec) -> float:
        """What a step costs here; the playbook's own figure where the world has none."""
        if step.kind == "act":
            spec = self._world.acts.get(step.id) or self._world.sources.get(step.twin or "")
        else:
            spec = self._world.sources.get(step.reveals[0]) if step.reveals else None
        return step.minutes if spec is None or spec.minutes is None else spec.minutes

    def _trial(self, step: StepSpec) -> Outcome:
        """An act that only shows something: its twin fact decides; without one it changes nothing."""
        if self.works:
            return "fixed"
        if step.twin is None or step.twin not in self._world.background:
            return "not_fixed"
        reading = self._reading(step.twin)
        return "cannot" if reading == UNKNOWN else "fixed" if reading == "works" else "not_fixed"

    def _mend(self, act: str) -> None:
        for place in [p for p in self._left if (p, act) in self._draws.mended]:
            self._left.remove(place)
            self._healed.update(self._draws.own[place])
        for fault in self._world.faults:
            remedies = self._world.remedies.get(fault.cause, ())
            if any(remedy.act == act and remedy.p >= HEALS for remedy in remedies):
                self._healed.update(fault.facts)

    def _truth(self, fact: str) -> Value:
        """The worst that a fault left over shows; else what is so without any."""
        normal = usual(self._world.background[fact])
        shown = [own[fact] for i, own in enumerate(self._draws.own) if i in self._left and fact in own]
        if shown:
            return next((value for value in shown if value != normal), normal)
        return normal if fact in self._healed else self._draws.background[fact]

    def _reading(self, fact: str) -> Value:
        if fact in FOLLOWS:
            word = self._reading(FOLLOWS[fact])
            return self._draws.following[fact].get(str(word), UNKNOWN)
        if fact in self._draws.unknown:
            return UNKNOWN
        truth = self._truth(fact)
        wrong = None if fact in self._healed else self._draws.wrong.get(fact)
        return truth if wrong is None or truth != self._first[fact] else self._other(fact, truth, wrong)

    def _other(self, fact: str, truth: Value, chosen: float) -> Value:
        """A wrong value, all being equally likely."""
        others = [value for value, _ in self._world.background[fact][ANY] if value != truth]
        return others[int(chosen * len(others))] if others else truth
