"""`decroche playbook explain`: what the playbook holds, for a person or a program."""

from __future__ import annotations

from typing import Any

from bot.diagnosis.playbook import Playbook, load
from bot.diagnosis.spec import CauseSpec, FactSpec, StepSpec

Row = dict[str, Any]


def explain(playbook: Playbook | None = None) -> dict[str, list[Row]]:
    """Every symptom, cause, fact and step, with what links them."""
    book = playbook or load()
    return {
        "symptoms": [{"id": s.id, "title": _both(s.title.fr, s.title.en)} for s in book.symptoms.values()],
        "causes": [_cause(cause) for cause in book.causes.values()],
        "facts": [_fact(fact) for fact in book.facts.values()],
        "steps": [_step(book, step) for step in book.steps.values()],
    }


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


def _cause(cause: CauseSpec) -> Row:
    cures = [cure.step for cure in cause.cures]
    return {"id": cause.id, "title": _both(cause.title.fr, cause.title.en), "cures": cures}


def _fact(fact: FactSpec) -> Row:
    return {"id": fact.id, "title": _both(fact.title.fr, fact.title.en), "values": list(fact.values)}


def _step(book: Playbook, step: StepSpec) -> Row:
    return {
        "id": step.id,
        "kind": step.kind,
        "who": step.who,
        "minutes": step.minutes,
        "reveals": list(step.reveals),
        "answers": list(step.answers),
        "fixes": [c.id for c in book.causes.values() if any(cure.step == step.id for cure in c.cures)],
    }
