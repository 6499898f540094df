"""From many runs to the figures that are promised, and whether they are reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, median, quantiles
from typing import Final

import msgspec

from bot.diagnosis.simulate.optimum import Optimum
from bot.diagnosis.simulate.play import Run
from bot.diagnosis.simulate.settings import Targets
from bot.domain.diagnosis import UNDETERMINED

TWO_FAULTS: Final = "two faults at once"
SAFETY: Final = frozenset({"premature_resets", "licence_out_of_order", "loops", "dead_ends"})
"""What must hold with two faults at once as well; the other targets are promised for one."""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """One case: as the engine went through it, as the guide did, and whether any act could have mended it."""

    run: Run
    guide: Run
    fixable: bool


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Mean, middle, and what nine of ten stay within."""

    mean: float
    median: float
    p90: float


class CauseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Cases in which this cause was hidden; shares of 1."""

    cause: str
    cases: int
    steps: float
    guide_steps: float
    fixed: float
    guide_fixed: float
    right: float
    undetermined: float
    wrong: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One condition.

    `fixed`: share of the cases that some act could have mended which ended in a verified fix.
    `right`: share of all cases whose verdict at the end (the last one the engine gave, with the cure's
    own outcome as evidence) is a hidden cause; `undetermined` and `wrong` are the rest.
    `precise`: of the verdicts given at the end, those that are right; `right_when_fixed`: right among the
    cases that ended fixed. `right_at_cure`: the same of the verdict that stood when the curing act was proposed, over mended cases.
    `steps`: questions answered and acts done (or found impossible) by people, and one for an escalation;
    `checks`: people's steps that prove a fix, apart.
    """

    condition: str
    cases: int
    fixable: float
    fixed: float
    guide_fixed: float
    right: float
    undetermined: float
    wrong: float
    precise: float
    right_when_fixed: float
    right_at_cure: float
    steps: Spread
    guide_steps: Spread
    steps_ratio: float
    minutes: Spread
    guide_minutes: Spread
    checks: float
    premature_resets: int
    licence_out_of_order: int
    loops: int
    dead_ends: int
    causes: tuple[CauseFigures, ...]


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """All conditions, the comparison with the optimum, and which targets are missed."""

    seed: int
    playbook: str
    conditions: tuple[Figures, ...]
    optimum: Optimum | None
    missed: tuple[str, ...]


def figures(condition: str, played: Sequence[Played]) -> Figures:
    """The figures of one condition. There must be at least one case."""
    runs, guides = [one.run for one in played], [one.guide for one in played]
    steps, guide_steps = _spread([r.steps for r in runs]), _spread([g.steps for g in guides])
    return Figures(
        condition=condition,
        cases=len(played),
        fixable=fmean(one.fixable for one in played),
        fixed=_fixed(played, lambda one: one.run),
        guide_fixed=_fixed(played, lambda one: one.guide),
        right=fmean(map(_right, runs)),
        undetermined=fmean(map(_undetermined, runs)),
        wrong=fmean(not _right(run) and not _undetermined(run) for run in runs),
        precise=_share(_right(run) for run in runs if not _undetermined(run)),
        right_when_fixed=_share(_right(run) for run in runs if run.end == "fixed"),
        right_at_cure=_share(run.at_cure in run.causes for run in runs if run.at_cure is not None),
        steps=steps,
        guide_steps=guide_steps,
        steps_ratio=steps.mean / guide_steps.mean,
        minutes=_spread([r.minutes for r in runs]),
        guide_minutes=_spread([g.minutes for g in guides]),
        checks=fmean(run.checks for run in runs),
        premature_resets=sum(run.premature_resets for run in runs),
        licence_out_of_order=sum(run.licence_out_of_order for run in runs),
        loops=sum(run.end == "loop" for run in runs),
        dead_ends=sum(run.end == "dead_end" for run in runs),
        causes=tuple(_by_cause(played)),
    )


def missed(conditions: Iterable[Figures], optimum: Optimum | None, targets: Targets) -> tuple[str, ...]:
    """Each target that is not reached, as a sentence."""
    found = []
    for one in conditions:
        values = {name: float(getattr(one, name, 0)) for name in (*targets.most, *targets.least)}
        asked = _for_two(targets) if one.condition.endswith(TWO_FAULTS) else targets
        found += [f"{one.condition}: {words}" for words in _missed(values, asked)]
    if optimum and optimum.mean_ratio > targets.most.get("optimum_ratio", optimum.mean_ratio):
        found.append(f"optimum_ratio {optimum.mean_ratio:.3f}, at most {targets.most['optimum_ratio']:g}")
    return tuple(found)


def _for_two(targets: Targets) -> Targets:
    return Targets(most={name: most for name, most in targets.most.items() if name in SAFETY}, least={})


def _missed(values: dict[str, float], targets: Targets) -> Iterable[str]:
    for name, most in targets.most.items():
        if values[name] > most:
            yield f"{name} {values[name]:.3f}, at most {most:g}"
    for name, least in targets.least.items():
        if values[name] < least:
            yield f"{name} {values[name]:.3f}, at least {least:g}"


def _by_cause(played: Sequence[Played]) -> Iterable[CauseFigures]:
    for cause in sorted({cause for one in played for cause in one.run.causes}):
        cases = [one for one in played if cause in one.run.causes]
        yield CauseFigures(
            cause=cause,
            cases=len(cases),
            steps=fmean(one.run.steps for one in cases),
            guide_steps=fmean(one.guide.steps for one in cases),
            fixed=_fixed(cases, lambda one: one.run),
            guide_fixed=_fixed(cases, lambda one: one.guide),
            right=fmean(_right(one.run) for one in cases),
            undetermined=fmean(_undetermined(one.run) for one in cases),
            wrong=fmean(not _right(one.run) and not _undetermined(one.run) for one in cases),
        )


def _right(run: Run) -> bool:
    return run.verdict in run.causes


def _undetermined(run: Run) -> bool:
    return run.verdict == UNDETERMINED


def _fixed(played: Sequence[Played], which: Callable[[Played], Run]) -> float:
    return _share(which(one).end == "fixed" for one in played if one.fixable)


def _share(holds: Iterable[bool]) -> float:
    """Of those looked at; 1 when there are none."""
    looked = list(holds)
    return fmean(looked) if looked else 1.0


def _spread(values: Sequence[float]) -> Spread:
    p90 = quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]
    return Spread(mean=fmean(values), median=median(values), p90=p90)
