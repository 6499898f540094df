"""The yardstick: the helpdesk's guide worked through in order by a person who knows what the bot knows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

import msgspec

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.simulate.draws import Draws
from bot.diagnosis.simulate.patient import Patient
from bot.diagnosis.simulate.play import End, Run, Taken
from bot.diagnosis.simulate.tables import World
from bot.diagnosis.spec import StepSpec
from bot.domain.fact import UNKNOWN, Value


class FindingSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act that the guide's reader adds when these facts are known, under these symptoms (none: all)."""

    do: str
    when: dict[str, tuple[str, ...]] = {}
    symptoms: tuple[str, ...] = ()
    within: bool = False

    def holds(self, known: Mapping[str, Value], symptom: str) -> bool:
        """True when every fact has one of its values; what is not known is `unknown`."""
        suits = not self.symptoms or symptom in self.symptoms
        return suits and all(known.get(fact, UNKNOWN) in values for fact, values in self.when.items())


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of the procedure: one human step, and the findings it lets one act upon."""

    title: str
    steps: tuple[str, ...]
    findings: tuple[FindingSpec, ...] = ()


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole procedure."""

    item: tuple[Item, ...]


@cache
def load_order() -> Order:
    """The guide's order, as data; the file says how it is read."""
    text = resources.files(__package__).joinpath("guide_order.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Order)


def follow(playbook: Playbook, order: Order, world: World, draws: Draws, told: Sequence[str] = ()) -> Run:
    """Plays a case by the guide; `told` are facts that the report brings with it."""
    patient = Patient(world, draws)
    return _Reader(playbook, patient, draws.symptom, patient.tell(told)).read(order, draws)


class _Reader:
    def __init__(self, playbook: Playbook, patient: Patient, symptom: str, known: dict[str, Value]) -> None:
        self._playbook = playbook
        self._patient = patient
        self._symptom = symptom
        self._known = known
        self._taken: list[Taken] = []

    def read(self, order: Order, draws: Draws) -> Run:
        self._measure()
        for item in order.item:
            self._work(item)
            if self._patient.works:
                break
        handed_on = any(taken.step.startswith("escalate.") for taken in self._taken)
        end: End = "fixed" if self._patient.works else "escalated" if handed_on else "dead_end"
        return Run(symptom=draws.symptom, causes=draws.causes, end=end, taken=tuple(self._taken))

    def _work(self, item: Item) -> None:
        for place, step_id in enumerate(item.steps):
            self._do(step_id, human=place == 0)
        for finding in item.findings:
            if self._patient.works:
                return
            if finding.holds(self._known, self._symptom) and not self._tried(finding.do):
                self._do(finding.do, human=not finding.within)

    def _tried(self, step: str) -> bool:
        return any(taken.step == step for taken in self._taken)

    def _do(self, step_id: str, *, human: bool) -> None:
        step = self._playbook.steps.get(step_id)
        if step is None:
            return
        told = self._patient.tell(step.reveals) if step.kind == "ask" else {}
        outcome = self._patient.try_act(step) if step.kind == "act" else "answered"
        self._known |= told
        if step.twin and outcome in {"fixed", "not_fixed"}:
            self._known[step.twin] = "works" if outcome == "fixed" else "fails"
        minutes = self._patient.minutes(step)
        self._taken.append(Taken(step=step_id, outcome=outcome, human=human, minutes=minutes, told=told))
        if step.kind == "act":
            self._measure()

    def _measure(self) -> None:
        for step in self._free():
            self._known |= self._patient.tell((*step.reveals, *step.brings))

    def _free(self) -> Iterable[StepSpec]:
        """What costs nobody anything, as it stands in the playbook."""
        return (s for s in self._playbook.steps.values() if s.kind in {"probe", "lookup"})
