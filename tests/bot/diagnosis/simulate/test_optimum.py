from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.optimum import Compared, Expected, compare, compare_all, summed
from bot.diagnosis.simulate.settings import load_settings
from bot.diagnosis.simulate.subproblem import restrict
from tests.support.toy_world import ACCOUNT, DNS, toy

ACTS = ["act.fix_dns", "act.enable_account"]


def test_best_question_comes_first(tmp_path: Path) -> None:
    found = compare(restrict(toy(tmp_path), [DNS, ACCOUNT], [*ACTS, "ask.scope"]))
    assert found.best.cost == pytest.approx(1 + 0.5 * 20 + 0.5 * 10, rel=0.01)
    assert found.best.steps == pytest.approx(2, rel=0.01)
    assert found.ratio == pytest.approx(1, rel=0.01)


def test_cheaper_act_comes_first(tmp_path: Path) -> None:
    found = compare(restrict(toy(tmp_path), [DNS, ACCOUNT], ACTS))
    assert found.best.cost == pytest.approx(10 + 0.5 * 20, rel=0.01)
    assert found.best.steps == pytest.approx(1.5, rel=0.01)


def test_hopeless_case_is_given_up(tmp_path: Path) -> None:
    found = compare(restrict(toy(tmp_path), [DNS], ["act.enable_account"]))
    assert found.best.cost == pytest.approx(100)


def test_engine_never_beats_the_optimum() -> None:
    for causes, steps in (
        (["phone.hang", "time.clock"], ["act.restart_phone", "act.fix_clock", "ask.scope"]),
        (["network.cable_or_port", DNS], ["act.swap_cable_or_port", "act.fix_dns"]),
    ):
        assert compare(restrict(load(), causes, steps)).ratio >= 1 - 1e-9


def test_same_seed_compares_the_same() -> None:
    once = compare_all(load(), load_settings(), 3, seed=4)
    assert once == compare_all(load(), load_settings(), 3, seed=4)
    assert once.problems == 3
    assert once.worst_ratio >= once.mean_ratio >= 1 - 1e-9


def test_sum_names_the_worst() -> None:
    found = summed(
        [
            Compared(name="a", engine=Expected(12, 2), best=Expected(10, 1)),
            Compared(name="b", engine=Expected(10, 1), best=Expected(10, 2)),
        ]
    )
    assert found.mean_ratio == pytest.approx(1.1)
    assert (found.worst_ratio, found.worst) == (1.2, "a")
    assert found.steps_ratio == 1.0
