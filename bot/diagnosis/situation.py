"""Which steps are possible now: not done already, sensible under the symptom, preconditions met."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.diagnosis.belief import Belief
from bot.diagnosis.history import History, Reading
from bot.diagnosis.index import indexed
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import CauseSpec, Cure, Objection, StepSpec, Wanted
from bot.domain.fact import UNKNOWN

REPAIRING: Final = 0.3


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that the choice of the next step looks at; one of the causes `shown` by facts is certain to be there."""

    playbook: Playbook
    symptom: str | None
    history: History
    belief: Belief
    shown: tuple[CauseSpec, ...] = ()

    @property
    def current(self) -> dict[str, Reading]:
        """The latest reading of every fact."""
        return self.history.latest

    def done(self, step: StepSpec) -> bool:
        """True when the step was taken, or its answer is known, and nothing since makes it worth repeating.

        A form is done when fewer than two of its questions are worth putting: a single one is put alone.
        """
        if step.asks:
            return len(self.questions(step)) < 2
        last = self._last(step)
        return last >= 0 and not any(self.history.tried.get(act, -1) > last for act in step.again_after)

    def known(self, step: StepSpec) -> bool:
        """True when the step was taken, or its answer is known, even if that is out of date."""
        return self._last(step) >= 0

    def questions(self, step: StepSpec) -> tuple[StepSpec, ...]:
        """What of a form may be asked now; any other step is its own and only question."""
        asked = (self.playbook.step(question) for question in step.asks)
        return tuple(question for question in asked if question and self.possible(question)) or (step,)

    def _last(self, step: StepSpec) -> int:
        taken = (step.id, *indexed(self.playbook).forms.get(step.id, ()))
        return max([*(self.history.steps.get(i, -1) for i in taken), *self._answers(step)])

    def _answers(self, step: StepSpec) -> list[int]:
        """Where facts stand that make the step needless; `unknown` is a person's answer, but no trial of an act.

        What the bot could not measure may still be asked.
        """
        if step.twin:
            return [self.current[step.twin].place] if step.twin in self.current else []
        if step.kind not in {"ask", "probe", "lookup"}:
            return []
        measured = indexed(self.playbook).measured if step.kind == "ask" else ()
        known = [self.current[fact].place for fact in step.reveals if fact in self.current]
        mentioned = self.history.mentioned
        return known + [
            mentioned[fact] for fact in step.reveals if fact in mentioned and fact not in measured
        ]

    def works_since(self, step: StepSpec) -> int | None:
        """Where in the history the act is known to have worked, by whomever; None if not, or disproved since."""
        reading = self.current.get(step.twin or "")
        works = reading is not None and reading.word == "works" and reading.place > self.history.disproved
        return reading.place if reading and works else None

    def fits(self, step: StepSpec) -> bool:
        """True unless the step is a cure that the facts rule out."""
        cures = indexed(self.playbook).cures[step.id]
        return not cures or any(self.holds(cure.when) for _, cure in cures)

    def holds(self, wanted: Wanted) -> bool:
        """True when every fact has one of the values wanted."""
        return all(self._word(fact) in values for fact, values in wanted.items())

    def _word(self, fact: str) -> str:
        """What is known of a fact; of a step whether it was taken, of an act whether it was tried."""
        step = self.playbook.step(fact)
        if step is not None:
            return self._taken(step)
        reading = self.current.get(fact)
        if reading:
            return reading.word
        spec = self.playbook.symptoms.get(self.symptom or "")
        return spec.implies.get(fact, UNKNOWN) if spec else UNKNOWN

    def _taken(self, step: StepSpec) -> str:
        if step.kind != "act":
            return "taken" if self.known(step) else UNKNOWN
        return (
            "tried"
            if step.id in self.history.tried
            else "cannot"
            if step.id in self.history.steps
            else UNKNOWN
        )

    def possible(self, step: StepSpec) -> bool:
        """True when the step may be proposed, apart from steps that it requires first."""
        return not self.done(step) and self._suits(step) and self._allowed(step)

    def _allowed(self, step: StepSpec) -> bool:
        return (
            self.holds(step.needs)
            and (not step.needs_any or any(self.holds(wanted) for wanted in step.needs_any))
            and not (step.not_while and self._likelier(step))
            and not any(self._objects(objection) for objection in step.against)
        )

    def _objects(self, objection: Objection) -> bool:
        return self._word(objection.fact) in objection.values and not any(
            act in self.history.tried for act in objection.unless
        )

    def _likelier(self, step: StepSpec) -> bool:
        """True when a cause that must be settled first is likelier than all that the act mends."""
        playbook = self.playbook
        aim = max((self.belief[place] for place, _ in indexed(playbook).cures[step.id]), default=0.0)
        return any(
            p > aim
            for p, cause in zip(self.belief, playbook.causes, strict=False)
            if cause in step.not_while or cause.partition(".")[0] in step.not_while
        )

    def _suits(self, step: StepSpec) -> bool:
        spec = self.playbook.symptoms.get(self.symptom or "")
        in_scope = spec is None or not spec.out_of_scope or step.kind == "escalate"
        return in_scope and step.suits(self.symptom)

    def reachable(self, step: StepSpec) -> StepSpec | None:
        """The step itself, or the one that must come before it; None when neither can be taken."""
        if not self.possible(step):
            return self._leading_to(step)
        for required in step.requires:
            first = self.playbook.step(required)
            if first is None or not self.done(first):
                return self.reachable(first) if first else None
        return step

    def _leading_to(self, step: StepSpec) -> StepSpec | None:
        """The act or question whose outcome may yet meet a condition of the step."""
        if self.done(step) or not self._suits(step) or not self.holds(step.needs):
            return None
        tells = indexed(self.playbook).tells
        for wanted in step.needs_any:
            missing = [fact for fact, values in wanted.items() if self._word(fact) not in values]
            alone = len(missing) == 1
            if missing and all(
                self._word(fact) == UNKNOWN and fact in tells and (alone or tells[fact].twin)
                for fact in missing
            ):
                found = self.reachable(tells[missing[0]])
                if found:
                    return found
        return None

    def cures(self, cause: CauseSpec) -> list[Cure]:
        """The cures of a cause that fit the facts and have not been tried, in the playbook's order."""
        return [cure for cure in cause.cures if self.holds(cure.when) and self._open(cure)]

    def _open(self, cure: Cure) -> bool:
        step = self.playbook.step(cure.step)
        return step is not None and not self.done(step) and self._suits(step) and self.holds(step.needs)

    def about(self, step: StepSpec) -> frozenset[str]:
        """The causes that the step mends, or that its answer tells apart."""
        playbook = self.playbook
        if step.id in playbook.mends:
            likely = zip(playbook.causes, playbook.mends[step.id], strict=False)
            return frozenset(cause for cause, p in likely if p > REPAIRING)
        told = (step.twin,) if step.twin else step.reveals if step.asks else step.reveals[:1]
        known = (playbook.facts[fact] for fact in told if fact in playbook.facts)
        return frozenset(cause for fact in known for cause in fact.likely)
