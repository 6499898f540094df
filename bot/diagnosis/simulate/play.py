"""Plays one case as the bot would: ask the engine, do what it says, until a verified fix or an escalation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

import msgspec

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.simulate.draws import Draws
from bot.diagnosis.simulate.patient import Patient
from bot.diagnosis.simulate.settings import Settings
from bot.diagnosis.simulate.tables import World
from bot.diagnosis.spec import StepSpec
from bot.domain.diagnosis import UNDETERMINED, Diagnosis, Done, Outcome
from bot.domain.fact import Fact, Value

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
WORK: Final = frozenset({"ask", "act", "escalate"})

End = Literal["fixed", "escalated", "loop", "dead_end"]
Engine = Callable[[str, tuple[Fact, ...], tuple[Done, ...]], Diagnosis]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a run; `human` when a person did it and it counts, `told` what it brought."""

    step: str
    outcome: Outcome
    human: bool
    minutes: float
    told: dict[str, Value] = {}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A case from report to end. `at_cure` is the verdict that led to the act which mended the last fault."""

    symptom: str
    causes: tuple[str, ...]
    end: End
    taken: tuple[Taken, ...]
    verdict: str = UNDETERMINED
    at_cure: str | None = None
    premature_resets: int = 0
    licence_out_of_order: int = 0

    @property
    def steps(self) -> int:
        """Questions answered and acts done by people, and one for an escalation."""
        return sum(taken.human for taken in self.taken)

    @property
    def minutes(self) -> float:
        """Minutes of people's time, proof included."""
        return sum(taken.minutes for taken in self.taken)

    @property
    def checks(self) -> int:
        """Steps of people that prove the fix."""
        return sum(t.step.startswith("verify.") and t.minutes > 0 for t in self.taken)


def engine_of(playbook: Playbook) -> Engine:
    """The engine with that playbook; all cases begin alike, so its first answers are kept."""

    @lru_cache(maxsize=1024)
    def ask(symptom: str, facts: tuple[Fact, ...], done: tuple[Done, ...]) -> Diagnosis:
        return diagnose(playbook, symptom, facts, done)

    return ask


class Play:
    """The bot's side; `told` are facts that every report brings with it, at no step."""

    def __init__(
        self, playbook: Playbook, engine: Engine, settings: Settings, told: Sequence[str] = ()
    ) -> None:
        self._playbook = playbook
        self._engine = engine
        self._settings = settings
        self._told = told

    def run(self, world: World, draws: Draws) -> Run:
        """Follows the engine to the end of the case."""
        case = _Case(self._playbook, self._engine, self._settings, Patient(world, draws))
        case.hear(self._told)
        return case.run(draws)


class _Case:
    def __init__(self, playbook: Playbook, engine: Engine, settings: Settings, patient: Patient) -> None:
        self._playbook = playbook
        self._engine = engine
        self._settings = settings
        self._patient = patient
        self._facts: tuple[Fact, ...] = ()
        self._done: tuple[Done, ...] = ()
        self._taken: list[Taken] = []
        self._broken = {"reset": 0, "licence": 0}

    def hear(self, facts: Sequence[str]) -> None:
        told = self._patient.tell(facts)
        self._facts += tuple(Fact(id=fact, value=value, at=START) for fact, value in told.items())

    def run(self, draws: Draws) -> Run:
        at_cure: str | None = None
        end: End = "loop"
        verdict = UNDETERMINED
        for _ in range(self._settings.bound):
            found = self._engine(draws.symptom, self._facts, self._done)
            verdict = found.verdict
            step = self._playbook.steps[found.next.step] if found.next else None
            if step is None:
                end = "fixed" if self._patient.works else "dead_end"
                break
            broken = not self._patient.works
            self._take(step)
            if broken and self._patient.works:
                at_cure = verdict
            if step.kind == "escalate":
                end = "escalated"
                break
        return Run(
            symptom=draws.symptom,
            causes=draws.causes,
            end=end,
            taken=tuple(self._taken),
            verdict=verdict,
            at_cure=at_cure,
            premature_resets=self._broken["reset"],
            licence_out_of_order=self._broken["licence"],
        )

    def _take(self, step: StepSpec) -> None:
        self._guard(step)
        told = self._patient.tell((*step.reveals, *step.brings)) if step.kind != "act" else {}
        outcome = self._outcome(step)
        at = START + timedelta(minutes=len(self._done))
        self._facts += tuple(Fact(id=fact, value=value, at=at) for fact, value in told.items())
        self._done += (Done(step=step.id, outcome=outcome, at=at),)
        human = step.kind in WORK and step.who != "bot"
        minutes = 0.0 if step.who == "bot" else self._patient.minutes(step)
        self._taken.append(Taken(step=step.id, outcome=outcome, human=human, minutes=minutes, told=told))

    def _outcome(self, step: StepSpec) -> Outcome:
        if step.kind == "act":
            return self._patient.try_act(step)
        if step.kind == "verify" and not step.reveals:
            return "fixed" if self._patient.works else "not_fixed"
        return "answered"

    def _guard(self, step: StepSpec) -> None:
        """Notes a reset or a licence change that comes out of order, by the facts known at that moment."""
        known: Mapping[str, Value] = {fact.id: fact.value for fact in self._facts}
        tried: Sequence[str] = [done.step for done in self._done]
        for name, guard in (("reset", self._settings.reset), ("licence", self._settings.licence)):
            if step.id == guard.step and guard.broken(known, tried):
                self._broken[name] += 1
