from __future__ import annotations

import pytest

from bot.diagnosis.simulate.figures import Played, figures, missed
from bot.diagnosis.simulate.optimum import Optimum
from bot.diagnosis.simulate.play import End, Run, Taken
from bot.diagnosis.simulate.settings import Targets
from tests.support.toy_world import BANNER, DNS


def run(steps: int, end: End = "fixed", verdict: str = DNS, at_cure: str | None = DNS) -> Run:
    work = [Taken(step="act.fix_dns", outcome="fixed", human=True, minutes=10)] * steps
    proof = Taken(step="verify.test_call", outcome="fixed", human=False, minutes=2)
    return Run(symptom=BANNER, causes=(DNS,), end=end, taken=(*work, proof), verdict=verdict, at_cure=at_cure)


def played(mine: Run, *, fixable: bool = True) -> Played:
    return Played(run=mine, guide=run(8, "escalated"), fixable=fixable)


CASES = [
    played(run(2)),
    played(run(4, "escalated", "undetermined", None)),
    played(run(6, verdict="licence.missing", at_cure="undetermined")),
    played(run(4, "escalated", at_cure=None), fixable=False),
]


def test_only_fixable_cases_count_as_missed() -> None:
    found = figures("x", CASES)
    assert found.fixable == 0.75
    assert found.fixed == pytest.approx(2 / 3)
    assert found.guide_fixed == 0


def test_verdicts_are_three_shares() -> None:
    found = figures("x", CASES)
    assert (found.right, found.undetermined, found.wrong) == (0.5, 0.25, 0.25)
    assert found.right_at_cure == 0.5


def test_steps_are_compared_as_means() -> None:
    found = figures("x", CASES)
    assert (found.steps.mean, found.steps.median, found.guide_steps.mean) == (4, 4, 8)
    assert found.steps_ratio == 0.5
    assert found.minutes.mean == 42
    assert found.checks == 1


def test_each_cause_has_its_row() -> None:
    (row,) = figures("x", CASES).causes
    assert (row.cause, row.cases, row.steps, row.guide_steps, row.wrong) == (DNS, 4, 4, 8, 0.25)


def test_missed_targets_are_named() -> None:
    targets = Targets(most={"steps_ratio": 0.4, "loops": 0, "optimum_ratio": 1.15}, least={"right": 0.95})
    optimum = Optimum(problems=1, mean_ratio=1.2, worst_ratio=1.2, worst="", steps_ratio=1)
    found = missed([figures("x", CASES)], optimum, targets)
    assert [words.split(",")[0] for words in found] == [
        "x: steps_ratio 0.500",
        "x: right 0.500",
        "optimum_ratio 1.200",
    ]


def test_reached_targets_are_not_named() -> None:
    targets = Targets(most={"steps_ratio": 0.5}, least={"right": 0.5})
    assert missed([figures("x", CASES)], None, targets) == ()
