"""Which questions of a form are worth putting: a form never asks again what is known already."""

from __future__ import annotations

from collections.abc import Sequence

from bot.diagnosis.belief import prior
from bot.diagnosis.history import tell
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import StepSpec
from bot.domain.diagnosis import Done
from bot.domain.fact import Fact


def questions(
    playbook: Playbook, symptom: str | None, facts: Sequence[Fact], done: Sequence[Done], form: StepSpec
) -> tuple[StepSpec, ...]:
    """The questions of a form that may be asked now; all of them when it is put although none is open."""
    situation = Situation(
        playbook=playbook,
        symptom=symptom,
        history=tell(playbook, facts, done),
        belief=prior(playbook, symptom),
    )
    asked = tuple(playbook.steps[question] for question in form.asks if question in playbook.steps)
    return tuple(question for question in situation.questions(form) if question in asked) or asked
