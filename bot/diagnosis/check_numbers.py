"""Are the numbers numbers? Rows that do not add up, weights of nothing, limits that do not rise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from bot.diagnosis.likelihood import Row
from bot.diagnosis.playbook import Playbook, version_key
from bot.diagnosis.spec import Buckets, CauseSpec, FactSpec, ModelSpec, StepSpec, SymptomSpec

TOLERANCE: Final = 0.005

Finding = tuple[str, str]


def numbers(playbook: Playbook) -> Iterator[Finding]:
    """Every number that cannot be one."""
    for cause in playbook.causes.values():
        yield from ((f"cause:{cause.id}", fault) for fault in _cause(cause))
    for fact in playbook.facts.values():
        yield from _fact(playbook, fact)
    for step in playbook.steps.values():
        yield from ((f"step:{step.id}", fault) for fault in _step(step))
    for symptom in playbook.symptoms.values():
        yield from ((f"symptom:{symptom.id}", fault) for fault in _symptom(symptom))
    for model in playbook.models.values():
        yield from ((f"model:{model.id}", fault) for fault in _model(playbook, model))
    yield from _limits(playbook)


def is_weight(number: float) -> bool:
    """True for what can be a weight or an amount: finite and above zero."""
    return math.isfinite(number) and number > 0


def _share(number: float) -> bool:
    return 0 <= number <= 1  # false for NaN


def _cause(cause: CauseSpec) -> Iterator[str]:
    if not is_weight(cause.prior):
        yield "prior must be positive"
    shares = {**{f"cures.{cure.step}.p": cure.p for cure in cause.cures},
              **{f"also.{step}": p for step, p in cause.also.items()}}  # fmt: skip
    yield from (f"{where} must lie between 0 and 1" for where, p in shares.items() if not _share(p))
    if not all(map(is_weight, cause.under.values())):
        yield "under must be positive"
    if not any(cure.p > 0 for cure in cause.cures if not cure.step.startswith("escalate.")):
        yield "no step mends it (every p of its cures is 0)"


def _fact(playbook: Playbook, fact: FactSpec) -> Iterator[Finding]:
    key = f"fact:{fact.id}"
    if not all(map(_share, fact.default.values())) or not abs(sum(fact.default.values()) - 1) <= TOLERANCE:
        yield key, "default does not add up to 1"
    for cause, row in fact.likely.items():
        if not _is_row(row, whole=row.keys() >= fact.default.keys()):
            added = f"evidence:{fact.id}/{cause}"
            where = (added, "row") if added in playbook.files else (key, f"likely.{cause}")
            yield where[0], f"{where[1]} is no row of probabilities (0 to 1, together {_together(row, fact)})"
    if fact.buckets is not None:
        yield from ((key, fault) for fault in _buckets(fact.buckets, fact.default))


def _is_row(row: Row, *, whole: bool) -> bool:
    total = sum(row.values())
    return all(map(_share, row.values())) and total <= 1 + TOLERANCE and (not whole or total >= 1 - TOLERANCE)


def _together(row: Row, fact: FactSpec) -> str:
    return "1" if row.keys() >= fact.default.keys() else "at most 1"


def _buckets(buckets: Buckets, default: Mapping[str, float]) -> Iterator[str]:
    names = {*buckets.names, *([buckets.zone] if buckets.zone else [])}
    if names != set(default) or len(buckets.limits) + 1 != len(buckets.names):
        yield "buckets do not fit default"
    if not _rising(buckets.kind, buckets.limits):
        yield f"buckets.limits are not rising {buckets.kind}s"


def _rising(kind: str, limits: Sequence[float | str]) -> bool:
    if kind == "version":
        keys = [version_key(limit) if isinstance(limit, str) else () for limit in limits]
        return all(keys) and all(one < two for one, two in pairwise(keys))
    sizes = [limit for limit in limits if isinstance(limit, int | float) and math.isfinite(limit)]
    return len(sizes) == len(limits) and all(one < two for one, two in pairwise(sizes))


def _step(step: StepSpec) -> Iterator[str]:
    if not (math.isfinite(step.minutes) and step.minutes >= 0):
        yield "minutes must not be negative"
    elif step.kind in {"ask", "act"} and step.minutes == 0:
        yield "minutes must be positive"
    if not _share(step.min_p):
        yield "min_p must lie between 0 and 1"


def _symptom(symptom: SymptomSpec) -> Iterator[str]:
    if not all(map(is_weight, symptom.priors.values())):
        yield "priors must be positive"


def _model(playbook: Playbook, model: ModelSpec) -> Iterator[str]:
    for fact_id, limits in model.buckets.items():
        fact = playbook.facts.get(fact_id)
        if fact is None or fact.buckets is None:
            yield f"buckets.{fact_id} is no fact with buckets"
        elif len(limits) != len(fact.buckets.limits):
            yield f"buckets.{fact_id} needs {len(fact.buckets.limits)} limits"
        elif not _rising(fact.buckets.kind, limits):
            yield f"buckets.{fact_id} are not rising {fact.buckets.kind}s"
    for path in model.menu:
        if not all(version_key(version) for version in (path.since, path.below) if version):
            yield f"menu.{path.id} has a since or below that is no version"


def _limits(playbook: Playbook) -> Iterator[Finding]:
    limits = playbook.limits
    for name, value in msgspec.structs.asdict(limits).items():
        if isinstance(value, float) and not is_weight(value):
            yield f"limits.{name}", f"{name} must be positive"
    if not 0.5 < limits.verdict < 1:
        yield "limits.verdict", "verdict must lie between 0.5 and 1"
    if limits.telling <= 1:
        yield "limits.telling", "telling must be above 1"
    if limits.in_vain > 1:
        yield "limits.in_vain", "in_vain must be at most 1"
    if limits.by_chance >= 1:
        yield "limits.by_chance", "by_chance must be below 1"
