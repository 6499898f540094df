"""What is looked up in a playbook at every step of reasoning, gathered once per playbook."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import Cure, StepSpec


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """Steps by what they are to other tables.

    `forms`: for a question the forms that ask it. `cures`: for an act the cures that it is, each with the
    place of its cause. `tells`: for a fact the act whose outcome sets it, or the
    question for it. `measured`: what the bot may find out by itself.
    """

    forms: dict[str, tuple[str, ...]]
    cures: dict[str, tuple[tuple[int, Cure], ...]]
    tells: dict[str, StepSpec]
    measured: frozenset[str]


@lru_cache(maxsize=64)
def indexed(playbook: Playbook) -> Index:
    """The index of a playbook, which never changes."""
    steps = tuple(playbook.steps.values())
    return Index(
        forms={
            step.id: tuple(form.id for form in steps if step.id in form.asks)
            for step in steps
            if step.kind == "ask"
        },
        cures={step.id: tuple(_cures(playbook, step.id)) for step in steps},
        tells={
            **{step.reveals[0]: step for step in reversed(steps) if step.kind == "ask" and not step.asks},
            **{step.twin: step for step in steps if step.twin},
        },
        measured=frozenset(
            fact
            for step in steps
            if step.kind in {"probe", "lookup"}
            for fact in (*step.reveals, *step.brings)
        ),
    )


def _cures(playbook: Playbook, step: str) -> list[tuple[int, Cure]]:
    causes = enumerate(playbook.causes.values())
    return [(place, cure) for place, cause in causes for cure in cause.cures if cure.step == step]
