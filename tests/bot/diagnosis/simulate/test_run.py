from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.figures import Simulation
from bot.diagnosis.simulate.run import Wanted, failures, simulate
from bot.diagnosis.simulate.settings import load_settings, with_targets
from bot.errors import ConfigurationError
from tests.support.house import ROOT
from tests.support.toy_world import ACCOUNT, ORDER, certain, toy

GOLDEN = ROOT / "tests" / "golden" / "population.toml"


def few(**changes: object) -> Simulation:
    wanted = Wanted(population=GOLDEN, cases=25, conditions=("nominal",), problems=0)
    return simulate(load(), load_settings(), msgspec.structs.replace(wanted, **changes))[0]


def test_toy_gives_the_figures_expected(tmp_path: Path) -> None:
    wanted = Wanted(cases=40, double=0.0, conditions=("nominal",), problems=1)
    settings = msgspec.structs.replace(certain(), optimum_causes=(2,), optimum_steps=3)
    found, played = simulate(toy(tmp_path), settings, wanted, ORDER)
    (one,) = found.conditions
    accounts = sum(case.run.causes == (ACCOUNT,) for case in played) / 40
    assert (one.steps.mean, one.fixed, one.right, one.right_at_cure) == (1, 1, 1, 1)
    assert one.guide_steps.mean == pytest.approx(2 * accounts + 3 * (1 - accounts))
    assert found.optimum is not None
    assert found.optimum.mean_ratio == pytest.approx(1, rel=0.01)
    assert failures(played) == []


def test_targets_decide_what_is_missed(tmp_path: Path) -> None:
    wanted = Wanted(cases=40, double=0.0, conditions=("nominal",), problems=0)
    hard = with_targets(certain(), ["steps_ratio=0.1"])
    found, _ = simulate(toy(tmp_path), hard, wanted, ORDER)
    assert [words.split()[4] for words in found.missed] == ["steps_ratio"]


def test_same_seed_gives_same_figures() -> None:
    once = few(seed=3, cases=15)
    assert once == few(seed=3, cases=15)
    assert once.conditions != few(seed=4, cases=15).conditions


def test_conditions_differ_in_their_worlds() -> None:
    both = few(conditions=("nominal", "hard"), cases=15).conditions
    assert [one.condition for one in both] == ["population.toml, nominal", "population.toml, hard"]
    assert msgspec.structs.replace(both[0], condition="") != msgspec.structs.replace(both[1], condition="")


def test_every_case_comes_to_an_end() -> None:
    wanted = Wanted(population=GOLDEN, cases=20, problems=0, double=0.5)
    found, played = simulate(load(), load_settings(), wanted)
    assert {case.run.end for case in played} <= {"fixed", "escalated"}
    assert {(one.loops, one.dead_ends) for one in found.conditions} == {(0, 0)}


def test_failures_are_worth_a_look() -> None:
    wanted = Wanted(population=GOLDEN, cases=40, problems=0, conditions=("hard",))
    _, played = simulate(load(), load_settings(), wanted)
    for case in failures(played):
        wrong = case.run.verdict not in (*case.run.causes, "undetermined")
        assert wrong or case.run.end != "fixed" or case.run.premature_resets or case.run.licence_out_of_order


def test_bad_population_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        few(population=tmp_path / "none.toml")


def test_told_facts_save_questions() -> None:
    told = ("phone.time", "clock_offset_s", "phone.ip", "scope", "moved_recently", "phone.signed_in")
    without, with_them = few(cases=30).conditions[0], few(cases=30, told=told).conditions[0]
    assert with_them.steps.mean < without.steps.mean


def test_unknown_fact_cannot_be_told() -> None:
    with pytest.raises(ConfigurationError, match=r"phone\.colour"):
        few(told=("phone.colour",))
