"""The figures as a table for people, and single cases as transcripts."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table

from bot.diagnosis.simulate.figures import CauseFigures, Figures, Played, Simulation
from bot.diagnosis.simulate.optimum import Optimum
from bot.diagnosis.simulate.play import Taken

WIDTH: Final = 140


def show(found: Simulation, cases: Iterable[Played]) -> None:
    """Prints the figures, then each of these cases step by step."""
    console = Console(file=sys.stdout, width=WIDTH)
    console.print(report(found), markup=False, highlight=False)
    for case in cases:
        sys.stdout.write(transcript(case) + "\n")


def report(found: Simulation) -> RenderableType:
    """Everything, in the order in which one asks."""
    parts: list[RenderableType] = [_summary(found.conditions)]
    parts += [_causes(one) for one in found.conditions]
    if found.optimum:
        parts.append(_optimum(found.optimum))
    parts += [f"missed: {words}" for words in found.missed] or ["every target is reached"]
    return Group(*parts)


def transcript(played: Played) -> str:
    """One case, step by step."""
    run = played.run
    head = f"{run.symptom}: {' and '.join(run.causes)} -> {run.end}, verdict {run.verdict}"
    lines = [head + ("" if played.fixable else " (no act could have mended it)")]
    return "\n".join([*lines, *(f"  {_line(taken)}" for taken in run.taken)])


def _line(taken: Taken) -> str:
    told = " ".join(f"{fact}={value}" for fact, value in taken.told.items())
    return f"{taken.step} {taken.outcome} {told}".rstrip()


def _summary(conditions: Iterable[Figures]) -> Table:
    table = Table(title="Engine and guide, the same cases")
    table.add_column("")
    columns = list(conditions)
    for one in columns:
        table.add_column(one.condition, justify="right")
    rows = [_rows(one) for one in columns]
    for name in rows[0]:
        table.add_row(name, *(row[name] for row in rows))
    return table


def _rows(one: Figures) -> dict[str, str]:
    return {
        "cases": f"{one.cases}",
        "some act could mend": f"{one.fixable:.1%}",
        "of these fixed and verified": f"{one.fixed:.1%}",
        "of these fixed by the guide": f"{one.guide_fixed:.1%}",
        "verdict at the end right": f"{one.right:.1%}",
        "undetermined": f"{one.undetermined:.1%}",
        "wrong": f"{one.wrong:.1%}",
        "of the verdicts given, right": f"{one.precise:.1%}",
        "of those fixed, verdict right": f"{one.right_when_fixed:.1%}",
        "right when the cure was proposed": f"{one.right_at_cure:.1%}",
        "human steps: mean, median, p90": _spread(one.steps.mean, one.steps.median, one.steps.p90),
        "the guide's": _spread(one.guide_steps.mean, one.guide_steps.median, one.guide_steps.p90),
        "ratio of the means": f"{one.steps_ratio:.1%}",
        "proof, steps more": f"{one.checks:.2f}",
        "minutes: mean, median, p90": _spread(one.minutes.mean, one.minutes.median, one.minutes.p90),
        "the guide's minutes": _spread(
            one.guide_minutes.mean, one.guide_minutes.median, one.guide_minutes.p90
        ),
        "premature resets": f"{one.premature_resets}",
        "licence changes out of order": f"{one.licence_out_of_order}",
        "loops, dead ends": f"{one.loops}, {one.dead_ends}",
    }


def _spread(mean: float, middle: float, p90: float) -> str:
    return f"{mean:.2f}  {middle:.1f}  {p90:.1f}"


def _causes(one: Figures) -> Table:
    table = Table(title=f"By hidden cause: {one.condition}")
    table.add_column("cause")
    for name in ("cases", "steps", "guide", "fixed", "guide", "right", "undetermined", "wrong"):
        table.add_column(name, justify="right")
    for row in one.causes:
        table.add_row(*_cells(row))
    return table


def _cells(row: CauseFigures) -> tuple[str, ...]:
    shares = (row.fixed, row.guide_fixed, row.right, row.undetermined, row.wrong)
    steps = (f"{row.steps:.1f}", f"{row.guide_steps:.1f}")
    return (row.cause, f"{row.cases}", *steps, *(f"{share:.0%}" for share in shares))


def _optimum(found: Optimum) -> str:
    return (
        f"Against the optimum on {found.problems} small problems: cost {found.mean_ratio:.3f} times on average, "
        f"{found.worst_ratio:.3f} at worst ({found.worst}); steps {found.steps_ratio:.3f} times"
    )
