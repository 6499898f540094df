"""The engine against the cases that an expert wrote without seeing it (tests/golden/README.md)."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import UNDETERMINED, Diagnosis, Done, Outcome
from bot.domain.fact import Fact, Value

FILES = sorted((Path(__file__).parents[2] / "golden" / "diagnosis").glob("*.toml"))
RIGHT_AT_THE_TOP = 0.95


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact of a case."""

    id: str
    value: Value
    at: str | float | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a case."""

    step: str
    outcome: Outcome
    at: str | float | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case and what an expert expects of it; the keys are those of the README."""

    id: str
    kind: str
    note: str
    symptom: str
    verdict: str
    facts: tuple[Known, ...] = ()
    done: tuple[Taken, ...] = ()
    truth: str | None = None
    top: str | None = None
    within_three: tuple[str, ...] = ()
    next_in: tuple[str, ...] = ()
    next_not_in: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()


def cases_of(path: Path) -> list[Case]:
    """The cases of a file."""
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return msgspec.convert(data["case"], list[Case])


BY_FILE = {path.stem: cases_of(path) for path in FILES}
CASES = [case for cases in BY_FILE.values() for case in cases]


def moment(at: str | float | None) -> datetime | None:
    """A time as the engine wants it."""
    if isinstance(at, str):
        return datetime.fromisoformat(at)
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else at


@cache
def answer(case_id: str) -> Diagnosis:
    """What the engine says of a case."""
    case = next(case for case in CASES if case.id == case_id)
    known = [Fact(id=fact.id, value=fact.value, at=moment(fact.at)) for fact in case.facts]
    done = [Done(step=step.step, outcome=step.outcome, at=moment(step.at)) for step in case.done]
    return diagnose(load(), case.symptom, known, done)


def matches(step: str, patterns: Iterable[str]) -> bool:
    """True when one of the patterns (`ask.*`, or an id) means the step; a form counts as each of its questions."""
    meant = (step, *load().steps[step].asks)
    return any(s == p or (p.endswith("*") and s.startswith(p[:-1])) for p in patterns for s in meant)


def ids(cases: Iterable[Case]) -> list[Any]:
    """Parameters that show which case they are."""
    return [pytest.param(case, id=case.id) for case in cases]


def test_most_causes_are_right_at_the_top() -> None:
    asked = [case for case in CASES if case.top]
    missed = [
        (case.id, answer(case.id).causes[0].id) for case in asked if answer(case.id).causes[0].id != case.top
    ]
    assert len(missed) <= (1 - RIGHT_AT_THE_TOP) * len(asked), missed


@pytest.mark.parametrize("case", ids(case for case in CASES if case.truth or case.within_three))
def test_true_cause_is_within_three(case: Case) -> None:
    wanted = {*case.within_three, *([case.truth] if case.truth else [])}
    assert wanted <= {cause.id for cause in answer(case.id).causes[:3]}, case.note


@pytest.mark.parametrize("case", ids(CASES))
def test_verdict_is_what_experts_allow(case: Case) -> None:
    anything: set[str | None] = {*load().causes, UNDETERMINED}
    allowed: dict[str, set[str | None]] = {
        "must": {case.truth},
        "may": {case.truth, UNDETERMINED} if case.truth else anything,
        "undetermined": {UNDETERMINED},
    }
    assert answer(case.id).verdict in allowed[case.verdict], case.note


@pytest.mark.parametrize("case", ids(CASES))
def test_every_verdict_lists_its_evidence(case: Case) -> None:
    found = answer(case.id)
    known = {fact.id for fact in case.facts} | {step.step for step in case.done}
    twins = {step.twin for step in load().steps.values() if step.id in known}
    if found.verdict != UNDETERMINED:
        assert found.causes[0].evidence_for
    assert set(found.causes[0].evidence_for) <= known | twins


@pytest.mark.parametrize("case", ids(case for case in CASES if case.next_in))
def test_next_step_is_one_of_these(case: Case) -> None:
    following = answer(case.id).next
    assert following is not None
    assert matches(following.step, case.next_in), (following.step, case.note)


@pytest.mark.parametrize("case", ids(case for case in CASES if case.next_not_in))
def test_next_step_is_none_of_these(case: Case) -> None:
    following = answer(case.id).next
    assert following is None or not matches(following.step, case.next_not_in), case.note


@pytest.mark.parametrize("case", ids(CASES))
def test_exactly_these_facts_contradict(case: Case) -> None:
    assert sorted(c.fact for c in answer(case.id).contradictions) == sorted(case.contradictions)


@pytest.mark.parametrize("cause", sorted(load().causes))
def test_every_cause_has_its_cases(cause: str) -> None:
    kinds = Counter(case.kind for case in BY_FILE[cause.replace(".", "_")])
    assert kinds["leading"] >= 2
    assert kinds["misleading"] >= 2
