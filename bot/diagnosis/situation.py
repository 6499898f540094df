"""Which steps are possible now: not done already, sensible under the symptom, preconditions met."""

from __future__ import annotations

import msgspec

from bot.diagnosis.belief import Belief
from bot.diagnosis.history import History, Reading
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import CauseSpec, Cure, StepSpec, Wanted
from bot.domain.fact import UNKNOWN


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that the choice of the next step looks at."""

    playbook: Playbook
    symptom: str | None
    history: History
    belief: Belief
    current: dict[str, Reading]

    def done(self, step: StepSpec) -> bool:
        """True when the step was taken, or its answer is known, and nothing since makes it worth repeating."""
        last = max([self.history.steps.get(step.id, -1), *self._answers(step)])
        return last >= 0 and not any(self.history.tried.get(act, -1) > last for act in step.again_after)

    def _answers(self, step: StepSpec) -> list[int]:
        """Where facts stand that make the step needless; `unknown` is an answer, but no trial of an act."""
        if step.twin:
            return [self.current[step.twin].place] if step.twin in self.current else []
        if step.kind not in {"ask", "probe", "lookup"}:
            return []
        return [self.history.mentioned[fact] for fact in step.reveals if fact in self.history.mentioned]

    def known_to_work(self, step: StepSpec) -> bool:
        """True when the act was tried, by whomever, and the phone worked."""
        return step.twin is not None and self._word(step.twin) == "works"

    def fits(self, step: StepSpec) -> bool:
        """True unless the step is a cure that the facts rule out."""
        cures = [c for cause in self.playbook.causes.values() for c in cause.cures if c.step == step.id]
        return not cures or any(self.holds(cure.when) for cure in cures)

    def holds(self, wanted: Wanted) -> bool:
        """True when every fact has one of the values wanted."""
        return all(self._word(fact) in values for fact, values in wanted.items())

    def _word(self, fact: str) -> str:
        reading = self.current.get(fact)
        return reading.word if reading else UNKNOWN

    def possible(self, step: StepSpec) -> bool:
        """True when the step may be proposed, apart from steps that it requires first."""
        return not self.done(step) and self._suits(step) and self.holds(step.needs)

    def _suits(self, step: StepSpec) -> bool:
        spec = self.playbook.symptoms.get(self.symptom or "")
        in_scope = spec is None or not spec.out_of_scope or step.kind == "escalate"
        return in_scope and step.suits(self.symptom)

    def reachable(self, step: StepSpec) -> StepSpec | None:
        """The step itself, or the one that must come before it; None when neither can be taken."""
        if not self.possible(step):
            return None
        for required in step.requires:
            if required not in self.history.steps:
                first = self.playbook.step(required)
                return self.reachable(first) if first else None
        return step

    def cures(self, cause: CauseSpec) -> list[Cure]:
        """The cures of a cause that fit the facts and have not been tried, in the playbook's order."""
        return [cure for cure in cause.cures if self.holds(cure.when) and self._open(cure)]

    def _open(self, cure: Cure) -> bool:
        step = self.playbook.step(cure.step)
        return step is not None and self.possible(step)
