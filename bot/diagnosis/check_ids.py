"""Do the tables know each other? Ids that lead nowhere, kinds that nobody can carry out, missing origins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from bot.diagnosis.playbook import SILENT, Playbook
from bot.diagnosis.spec import CauseSpec, FactSpec, StepSpec, SymptomSpec, TopicSpec, Wanted
from bot.domain.fact import UNKNOWN, VOCABULARY

KINDS: Final = frozenset({"ask", "probe", "lookup", "act", "verify", "escalate"})
ENDS: Final = ("escalate.helpdesk", "escalate.microsoft")
READ: Final = {"time": ("phone.time",), "text": ("phone.ip", "phone.firmware")}
"""Which facts a typed answer can be read for; every other question needs choices."""

Found = Iterator[str]
Finding = tuple[str, str]


def ids(playbook: Playbook) -> Iterator[Finding]:
    """Every id that does not exist, every table that has what it may not have or lacks what it must have."""
    book = playbook
    yield from ((f"cause:{c.id}", reason) for c in book.causes.values() for reason in _cause(book, c))
    yield from ((f"fact:{f.id}", reason) for f in book.facts.values() for reason in _fact(book, f))
    yield from ((f"step:{s.id}", reason) for s in book.steps.values() for reason in _step(book, s))
    yield from ((f"symptom:{s.id}", reason) for s in book.symptoms.values() for reason in _symptom(book, s))
    yield from ((f"topic:{t.id}", reason) for t in book.topics.values() for reason in _topic(book, t))
    yield from ((f"fact:{f}", "is in the vocabulary but not here") for f in VOCABULARY if f not in book.facts)
    yield from (("words", reason) for reason in _known(SILENT, book.words, "words"))
    named = (*book.limits.microsoft_after, *book.limits.check_order, *ENDS)
    yield from (("limits", reason) for reason in _known(named, book.steps, "limits"))
    yield from _origins(book)


def _known(names: Iterable[str], known: Iterable[str], where: str) -> Found:
    for unknown in sorted(set(names) - set(known)):
        yield f"{where} names {unknown}, which does not exist"


def _wanted(playbook: Playbook, wanted: Wanted, where: str) -> Found:
    yield from _known(wanted, (*playbook.facts, *playbook.steps), where)
    for fact, values in wanted.items():
        if fact in playbook.steps:
            yield from _known(values, ("taken", "tried", "cannot", UNKNOWN), f"{where}.{fact}")
        if fact in playbook.facts:
            yield from _known(values, (*playbook.facts[fact].default, UNKNOWN), f"{where}.{fact}")


def _cause(playbook: Playbook, cause: CauseSpec) -> Found:
    yield from _known((cure.step for cure in cause.cures), playbook.steps, "cures")
    yield from _known(cause.also, playbook.steps, "also")
    yield from _known(cause.under, playbook.symptoms, "under")
    for cure in cause.cures:
        yield from _wanted(playbook, cure.when, f"cures.{cure.step}.when")
    if not cause.cures or cause.cures[-1].step not in ENDS:
        yield "the last cure must hand the case on"


def _fact(playbook: Playbook, fact: FactSpec) -> Found:
    yield from _known(_sentences(fact), fact.values, "values")
    yield from _known((fact.finer,) if fact.finer else (), playbook.facts, "finer")
    for cause, row in fact.likely.items():
        if f"evidence:{fact.id}/{cause}" not in playbook.files:
            yield from _known((cause,), playbook.causes, "likely")
            yield from _known(row, fact.default, f"likely.{cause}")
    kind = VOCABULARY.get(fact.id)
    if kind is not None and fact.buckets is None:
        yield from _known(fact.default, kind.values, "default")


def _sentences(fact: FactSpec) -> tuple[str, ...]:
    """The values that need words; a number that is off needs them for both directions."""
    if fact.buckets and fact.buckets.kind == "size":
        return (*fact.buckets.names[:1], "ahead", "behind")
    return tuple(fact.default)


def evidence(playbook: Playbook) -> Iterator[Finding]:
    """What is wrong with rows that an extra file adds to a fact that it does not own."""
    for fact in playbook.facts.values():
        for cause, row in fact.likely.items():
            key = f"evidence:{fact.id}/{cause}"
            if key in playbook.files:
                faults = (
                    *_known((cause,), playbook.causes, "cause"),
                    *_known(row, fact.default, "row"),
                    *(() if key in playbook.explained else ("has no numbers: say where they come from",)),
                )
                yield from ((key, fault) for fault in faults)


def _step(playbook: Playbook, step: StepSpec) -> Found:
    yield from _conditions(playbook, step)
    yield from _answers(playbook, step)
    yield from _form(playbook, step)
    yield from _known(step.reveals, playbook.facts, "reveals")
    yield from _known(step.brings, playbook.facts, "brings")
    yield from _known((step.twin,) if step.twin else (), playbook.facts, "twin")
    yield from _known((*step.requires, *step.again_after), playbook.steps, "requires or again_after")
    if step.kind not in KINDS:
        yield "begins with no known kind of step"
    if step.risk == "high" and not step.requires:
        yield "is of high risk and requires nothing first"
    if step.id in _before(playbook, step.id, set()):
        yield "would be repeated for ever, or never reached"


def _conditions(playbook: Playbook, step: StepSpec) -> Found:
    yield from _known((*step.symptoms, *step.not_symptoms), playbook.symptoms, "symptoms")
    for wanted in (step.needs, *step.needs_any):
        yield from _wanted(playbook, wanted, "needs")
    for objection in step.against:
        yield from _wanted(playbook, {objection.fact: objection.values}, "against")
        yield from _known(objection.unless, playbook.steps, "against")
    families = {cause.partition(".")[0] for cause in playbook.causes}
    yield from _known(step.not_while, (*playbook.causes, *families), "not_while")


def _form(playbook: Playbook, step: StepSpec) -> Found:
    """A form puts several plain questions to one person at once."""
    yield from _known(step.asks, playbook.steps, "asks")
    for asked in filter(None, map(playbook.step, step.asks)):
        if asked.kind != "ask" or asked.asks or asked.who != step.who:
            yield f"asks {asked.id}, which is no plain question to the same person"


def _answers(playbook: Playbook, step: StepSpec) -> Found:
    if (step.input == "choice") != bool(step.choices):
        yield "input and choices do not fit"
    if step.kind == "ask" and not step.asks and (step.input == "none" or not step.reveals):
        yield "asks nothing"
    first = step.reveals[0] if step.reveals else ""
    if step.input in READ and first not in READ[step.input]:
        yield f"input {step.input} reads only {' or '.join(READ[step.input])}, not {first or 'nothing'}"
    fact = playbook.facts.get(first) if step.choices else None
    yield from _known(step.choices, fact.default if fact else (), "choices")


def _before(playbook: Playbook, step_id: str, seen: set[str]) -> set[str]:
    """All steps that a step waits for, directly or not."""
    step = playbook.step(step_id)
    for earlier in (*step.requires, *step.again_after) if step else ():
        if earlier not in seen:
            seen.add(earlier)
            _before(playbook, earlier, seen)
    return seen


def _symptom(playbook: Playbook, symptom: SymptomSpec) -> Found:
    yield from _known(symptom.priors, playbook.causes, "priors")
    yield from _wanted(playbook, {fact: (word,) for fact, word in symptom.implies.items()}, "implies")


def _topic(playbook: Playbook, topic: TopicSpec) -> Found:
    yield from _known(topic.steps, playbook.steps, "steps")
    if not (topic.answer.fr or topic.answer.en):
        yield "answers nothing"


def _origins(playbook: Playbook) -> Iterator[Finding]:
    """Tables that do not say where their words or their numbers come from."""
    book = playbook
    judged: tuple[tuple[str, dict[str, Any]], ...] = (
        ("cause", dict(book.causes)), ("fact", dict(book.facts)), ("step", dict(book.steps)), ("symptom", dict(book.symptoms)),
    )  # fmt: skip
    for table, specs in judged:
        for spec in specs.values():
            if not spec.numbers.strip():
                yield (
                    f"{table}:{spec.id}",
                    "has no numbers: say where they come from, or that they are an assumption",
                )
    for table, specs in (*judged, ("model", dict(book.models)), ("topic", dict(book.topics))):
        yield from ((f"{table}:{s.id}", "has no source") for s in specs.values() if not s.source.strip())
    for model in book.models.values():
        bare = (path.id for path in model.menu if path.confirmed and not path.source.strip())
        yield from ((f"model:{model.id}", f"menu.{path} is confirmed, but has no source") for path in bare)
