"""`decroche playbook explain`: what the playbook holds and why, for a person or a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.diagnosis.likelihood import complete
from bot.diagnosis.playbook import Playbook, load
from bot.diagnosis.spec import CauseSpec, FactSpec, ModelSpec, StepSpec, SymptomSpec, Text, TopicSpec
from bot.errors import ConfigurationError

Row = dict[str, Any]


def explain(playbook: Playbook | None = None) -> dict[str, list[Row]]:
    """Every symptom, cause, fact, step, phone model and topic, with what links them and where numbers come from."""
    book = playbook or load()
    return {
        "symptoms": [_symptom(symptom) for symptom in book.symptoms.values()],
        "causes": [_cause(book, cause) for cause in book.causes.values()],
        "facts": [_fact(fact) for fact in book.facts.values()],
        "steps": [_step(book, step) for step in book.steps.values()],
        "models": [_model(model) for model in book.models.values()],
        "topics": [_topic(topic) for topic in book.topics.values()],
    }


def only(listed: dict[str, list[Row]], about: str) -> dict[str, list[Row]]:
    """What `explain` lists under one id (a cause and a fact may share it). Raises `ConfigurationError`."""
    found = {kind: [row for row in rows if row["id"] == about] for kind, rows in listed.items()}
    kept = {kind: rows for kind, rows in found.items() if rows}
    if not kept:
        raise ConfigurationError(f"the playbook has no {about}", "`decroche playbook explain` lists all ids.")
    return kept


def lines(listed: dict[str, list[Row]], *, whole: bool) -> Iterator[str]:
    """The list for a terminal: ids and titles, or with `whole` everything."""
    for kind, rows in listed.items():
        yield kind
        for row in rows:
            title = row.get("title")
            yield f"  {row['id']:32} {title['en'] if isinstance(title, dict) else title or ''}".rstrip()
            if whole:
                yield from (f"    {key}: {value}" for key, value in row.items() if key != "id" and value)


def _both(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}


def _symptom(spec: SymptomSpec) -> Row:
    origin = {"source": spec.source, "numbers": spec.numbers}
    return {"id": spec.id, "title": _both(spec.title), "priors": spec.priors, **origin}


def _cause(book: Playbook, cause: CauseSpec) -> Row:
    return {
        "id": cause.id,
        "title": _both(cause.title),
        "prior": cause.prior,
        "cures": [cure.step for cure in cause.cures],
        "sites": list(cause.sites),
        "shown_by": _shown_by(book, cause.id),
        "source": cause.source,
        "numbers": cause.numbers,
        "file": book.files.get(f"cause:{cause.id}", ""),
    }


def _shown_by(book: Playbook, cause: str) -> dict[str, float]:
    """Values of facts that are telling for a cause: how many times likelier than ordinarily, strongest first."""
    telling: dict[str, float] = {}
    for fact in book.facts.values():
        row = complete(fact.default, fact.likely.get(cause, {}))
        for value, p in row.items():
            times = p / max(fact.default[value], 1e-6)
            if not 1 / book.limits.telling < times < book.limits.telling:
                telling[f"{fact.id}={value}"] = round(times, 2)
    return dict(sorted(telling.items(), key=lambda item: -item[1]))


def _fact(fact: FactSpec) -> Row:
    return {
        "id": fact.id,
        "title": _both(fact.title),
        "values": list(fact.values),
        "default": fact.default,
        "likely": fact.likely,
        "source": fact.source,
        "numbers": fact.numbers,
    }


def _step(book: Playbook, step: StepSpec) -> Row:
    return {
        "id": step.id,
        "title": _both(step.title),
        "kind": step.kind,
        "who": step.who,
        "minutes": step.minutes,
        "reveals": list(step.reveals),
        "answers": list(step.answers),
        "fixes": [c.id for c in book.causes.values() if any(cure.step == step.id for cure in c.cures)],
        "requires": list(step.requires),
        "needs": step.needs,
        "source": step.source,
        "numbers": step.numbers,
    }


def _model(model: ModelSpec) -> Row:
    paths = [path.id for path in model.menu]
    words = list(model.words)
    return {"id": model.id, "title": model.name, "words": words, "menu": paths, "source": model.source}


def _topic(topic: TopicSpec) -> Row:
    audience = list(topic.audience)
    return {"id": topic.id, "title": _both(topic.title), "audience": audience, "source": topic.source}
