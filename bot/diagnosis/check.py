"""Does a playbook hold together? What `decroche playbook check` reports.

Reading a playbook finds malformed files; this finds ids that lead nowhere, rows that are no
probabilities, missing words, and repetitions that would never end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from bot.diagnosis.playbook import SILENT, Playbook
from bot.diagnosis.spec import (
    CauseSpec,
    FactSpec,
    Lines,
    StepSpec,
    SymptomSpec,
    Text,
    Wanted,
)
from bot.domain.fact import UNKNOWN, VOCABULARY

KINDS: Final = frozenset({"ask", "probe", "lookup", "act", "verify", "escalate"})
ENDS: Final = ("escalate.helpdesk", "escalate.microsoft")
TOLERANCE: Final = 0.005

Found = Iterable[str]


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, in which file, under which key."""

    file: str
    key: str
    reason: str


def check(playbook: Playbook) -> list[Problem]:
    """Every problem of the playbook; empty when it can be used."""
    found = [
        *(("cause", c.id, reason) for c in playbook.causes.values() for reason in _cause(playbook, c)),
        *(("fact", f.id, reason) for f in playbook.facts.values() for reason in _fact(playbook, f)),
        *(("step", s.id, reason) for s in playbook.steps.values() for reason in _step(playbook, s)),
        *(("symptom", s.id, reason) for s in playbook.symptoms.values() for reason in _symptom(playbook, s)),
        *(("limits", "", reason) for reason in _limits(playbook)),
        *(("fact", f, "is in the vocabulary but not here") for f in VOCABULARY if f not in playbook.facts),
    ]
    return [_problem(playbook, f"{table}:{i}" if i else table, reason) for table, i, reason in found]


def _problem(playbook: Playbook, key: str, reason: str) -> Problem:
    return Problem(playbook.files.get(key, ""), key, reason)


def _text(text: Text, where: str) -> Found:
    for language, words in (("fr", text.fr), ("en", text.en)):
        if not words.strip():
            yield f"{where}.{language} is empty"


def _lines(lines: Lines, where: str) -> Found:
    if len(lines.fr) != len(lines.en):
        yield f"{where} has not as many lines in French as in English"


def _known(ids: Iterable[str], known: Iterable[str], where: str) -> Found:
    for unknown in sorted(set(ids) - set(known)):
        yield f"{where} names {unknown}, which does not exist"


def _cause(playbook: Playbook, cause: CauseSpec) -> Found:
    yield from _text(cause.title, "title")
    yield from _text(cause.explanation, "explanation")
    yield from _known((cure.step for cure in cause.cures), playbook.steps, "cures")
    for cure in cause.cures:
        yield from _wanted(playbook, cure.when, f"cures.{cure.step}.when")
    if cause.prior <= 0:
        yield "prior must be positive"
    if not cause.cures or cause.cures[-1].step not in ENDS:
        yield "the last cure must hand the case on"


def _wanted(playbook: Playbook, wanted: Wanted, where: str) -> Found:
    yield from _known(wanted, playbook.facts, where)
    for fact, values in wanted.items():
        if fact in playbook.facts:
            yield from _known(values, (*playbook.facts[fact].default, UNKNOWN), f"{where}.{fact}")


def _fact(playbook: Playbook, fact: FactSpec) -> Found:
    yield from _text(fact.title, "title")
    for value, text in fact.values.items():
        yield from _text(text, f"values.{value}")
    yield from _known(_sentences(fact), fact.values, "values")
    yield from _vocabulary(fact)
    yield from _known(fact.likely, playbook.causes, "likely")
    if abs(sum(fact.default.values()) - 1) > TOLERANCE:
        yield "default does not add up to 1"
    for cause, row in fact.likely.items():
        yield from _known(row, fact.default, f"likely.{cause}")
        if not 0 <= sum(row.values()) <= 1 + TOLERANCE or min(row.values(), default=0) < 0:
            yield f"likely.{cause} is no row of probabilities"


def _sentences(fact: FactSpec) -> tuple[str, ...]:
    """The values that need words; a number that is off needs them for both directions."""
    if fact.buckets and fact.buckets.kind == "size":
        return (fact.buckets.names[0], "ahead", "behind")
    return tuple(fact.default)


def _vocabulary(fact: FactSpec) -> Found:
    kind = VOCABULARY.get(fact.id)
    if kind is None:
        yield "is not in the vocabulary"
    elif fact.buckets is None:
        yield from _known(fact.default, kind.values, "default")
    elif set(fact.buckets.names) != set(fact.default) or len(fact.buckets.limits) + 1 != len(
        fact.buckets.names
    ):
        yield "buckets do not fit default"


def _step(playbook: Playbook, step: StepSpec) -> Found:
    yield from _text(step.title, "title")
    yield from _text(step.why, "why")
    yield from _lines(step.body, "body")
    yield from _known(step.reveals, playbook.facts, "reveals")
    yield from _known((step.twin,) if step.twin else (), playbook.facts, "twin")
    yield from _known((*step.requires, *step.again_after), playbook.steps, "requires or again_after")
    yield from _known((*step.symptoms, *step.not_symptoms), playbook.symptoms, "symptoms")
    yield from _wanted(playbook, step.needs, "needs")
    yield from _answers(playbook, step)
    if step.kind not in KINDS:
        yield "begins with no known kind of step"
    if step.kind in {"ask", "act"} and step.minutes <= 0:
        yield "minutes must be positive"
    if step.risk == "high" and not step.requires:
        yield "is of high risk and requires nothing first"
    if step.id in _before(playbook, step.id, set()):
        yield "would be repeated for ever, or never reached"


def _answers(playbook: Playbook, step: StepSpec) -> Found:
    if (step.input == "choice") != bool(step.choices):
        yield "input and choices do not fit"
    if step.kind == "ask" and (step.input == "none" or not step.reveals):
        yield "asks nothing"
    for value, text in step.choices.items():
        yield from _text(text, f"choices.{value}")
    fact = playbook.facts.get(step.reveals[0]) if step.choices and step.reveals else None
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
    yield from _text(symptom.title, "title")
    yield from _text(symptom.short or symptom.title, "short")
    yield from _known(symptom.priors, playbook.causes, "priors")
    if any(factor <= 0 for factor in symptom.priors.values()):
        yield "priors must be positive"


def _limits(playbook: Playbook) -> Found:
    limits = playbook.limits
    yield from _known(SILENT, playbook.words, "words")
    yield from _known((*limits.microsoft_after, *limits.check_order, *ENDS), playbook.steps, "limits")
    if not 0.5 < limits.verdict < 1:
        yield "verdict must lie between 0.5 and 1"
    if limits.other_prior <= 0 or limits.telling <= 1:
        yield "other_prior must be positive and telling above 1"
