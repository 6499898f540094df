"""Does everything have its day? Steps that nobody can do or nothing leads to, words that nobody will read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from bot.diagnosis.check_ids import ENDS
from bot.diagnosis.playbook import SILENT, Playbook
from bot.diagnosis.spec import StepSpec, Wanted
from bot.domain.fact import UNKNOWN, VOCABULARY

BY_THE_BOT: Final = frozenset({"probe.network", "lookup.account", "verify.recheck_probes"})
"""All that the bot can carry out itself; the rest needs a person."""

Finding = tuple[str, str]


def reach(playbook: Playbook) -> Iterator[Finding]:
    """Everything that can never happen or never be seen."""
    ways = _Ways(playbook)
    for step in playbook.steps.values():
        yield from ((f"step:{step.id}", fault) for fault in _step(ways, step))
    for fact in playbook.facts.values():
        if fact.id not in VOCABULARY and fact.id not in ways.revealed:
            yield f"fact:{fact.id}", "is revealed by no step, so it can never be known"
    for topic in playbook.topics.values():
        phrases = topic.phrases.fr or topic.phrases.en
        if not topic.audience and not phrases:
            yield f"topic:{topic.id}", "is listed for nobody and answers no phrase"
    for word in sorted(playbook.words.keys() - SILENT):
        yield f"words:{word}", "is used by nothing"
    yield from _models(playbook)


def _step(ways: _Ways, step: StepSpec) -> Iterator[str]:
    if not ways.used(step):
        yield "is used by no cause, question, check or topic"
    mine = step.id in BY_THE_BOT
    if step.kind in {"probe", "lookup"} and not mine:
        yield "the bot has no such measurement or look-up"
    elif step.kind == "escalate" and step.id not in ENDS:
        yield "the bot hands over by escalate.helpdesk and escalate.microsoft only"
    elif mine != (step.who == "bot"):
        yield f"nobody can do it: who is {step.who}"
    if step.who == "user" and step.commands:
        yield "an employee has no console for its commands"
    yield from _possible(ways, step)


def _possible(ways: _Ways, step: StepSpec) -> Iterator[str]:
    for fact, values in step.needs.items():
        if not ways.can_be(fact, values):
            yield f"needs {fact} to be {' or '.join(values)}, which no step can reveal"
    if step.needs_any and not any(ways.all_can_be(wanted) for wanted in step.needs_any):
        yield "needs_any can never hold"
    if not ways.symptoms(step, frozenset()):
        yield "is excluded under every symptom, or requires a step that is"


def _models(playbook: Playbook) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for model in playbook.models.values():
        for word in dict.fromkeys(word.casefold() for word in (model.name, *model.words)):
            if word in seen:
                yield f"model:{model.id}", f"words has {word}, which already means {seen[word]}"
            seen.setdefault(word, model.id)
        anywhere: set[str] = set()
        for path in model.menu:
            if path.id in anywhere:
                yield (
                    f"model:{model.id}",
                    f"menu.{path.id} is never shown: an earlier path is for any version",
                )
            anywhere |= set() if path.since or path.below else {path.id}


class _Ways:
    """What leads to a step, and what its conditions can come to."""

    def __init__(self, playbook: Playbook) -> None:
        self._book = playbook

    @cached_property
    def revealed(self) -> frozenset[str]:
        """Facts that a step or a symptom can tell."""
        steps = self._book.steps.values()
        told = {fact for step in steps for fact in (*step.reveals, *step.brings, step.twin or "")}
        return frozenset(told | {fact for s in self._book.symptoms.values() for fact in s.implies})

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Facts whose value changes something: a belief, a cure, or whether a step is possible."""
        book = self._book
        wanted = [w for s in book.steps.values() for w in (s.needs, *s.needs_any)]
        wanted += [{o.fact: o.values} for s in book.steps.values() for o in s.against]
        wanted += [cure.when for cause in book.causes.values() for cure in cause.cures]
        likely = {fact.id for fact in book.facts.values() if fact.likely}
        return frozenset(likely | {fact for one in wanted for fact in one})

    @cached_property
    def _named(self) -> frozenset[str]:
        """Steps that a cause, another step, a limit or a topic names."""
        book = self._book
        cures = {step for c in book.causes.values() for step in (*(cure.step for cure in c.cures), *c.also)}
        before = {step for s in book.steps.values() for step in (*s.requires, *s.asks)}
        topics = {step for topic in book.topics.values() for step in topic.steps}
        return frozenset(
            cures | before | topics | {*book.limits.check_order, *book.limits.microsoft_after, *ENDS}
        )

    def used(self, step: StepSpec) -> bool:
        """True when something may ever propose or show the step."""
        told = {*step.reveals, *step.brings, step.twin or ""} & self._telling
        return (
            bool(step.asks)
            or step.id in self._named
            or (step.kind in {"ask", "act", "probe", "lookup"} and bool(told))
        )

    def all_can_be(self, wanted: Wanted) -> bool:
        """True when every fact can have one of its values."""
        return all(self.can_be(fact, values) for fact, values in wanted.items())

    def can_be(self, fact: str, values: tuple[str, ...]) -> bool:
        """True when the fact may stay unknown, or something can tell one of the values."""
        spec = self._book.facts.get(fact)
        if UNKNOWN in values or spec is None:
            return True
        return bool({*values} & (self._offered(fact) if fact not in VOCABULARY else {*spec.default}))

    def _offered(self, fact: str) -> set[str]:
        """The values of a fact of one's own: those that its questions offer."""
        steps = self._book.steps.values()
        twins = {word for s in steps if s.twin == fact for word in ("works", "fails")}
        return twins | {value for s in steps if s.reveals[:1] == (fact,) for value in s.choices}

    def symptoms(self, step: StepSpec, seen: frozenset[str]) -> set[str]:
        """The symptoms under which the step, and all that it requires, make sense."""
        inside = {s.id for s in self._book.symptoms.values() if not s.out_of_scope or step.kind == "escalate"}
        found = {symptom for symptom in inside if step.suits(symptom)}
        for earlier in step.requires:
            first = self._book.step(earlier)
            if first is not None and earlier not in seen:
                found &= self.symptoms(first, seen | {step.id})
        return found
