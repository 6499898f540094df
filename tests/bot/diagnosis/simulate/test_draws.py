from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.draws import Draws, draw
from bot.diagnosis.simulate.population import read_population
from bot.diagnosis.simulate.tables import Remedy, World, chance
from bot.domain.fact import Value
from tests.support.house import ROOT
from tests.support.toy_world import DNS, LICENCE, small_world, table

COUNT = 2000


def drawn(world: World, double: float = 0.0) -> list[Draws]:
    return [draw(world, chance(f"t:{i}"), double, 0.3) for i in range(COUNT)]


def test_causes_follow_their_weights() -> None:
    world = read_population(ROOT / "tests" / "golden" / "population.toml", load()).world()
    total = sum(fault.weight for fault in world.faults)
    counted = Counter(case.causes[0] for case in drawn(world))
    for cause in {fault.cause for fault in world.faults}:
        weight = sum(fault.weight for fault in world.faults if fault.cause == cause)
        assert counted[cause] / COUNT == pytest.approx(weight / total, abs=0.025)


def test_facts_follow_their_tables() -> None:
    cases = drawn(small_world(unknown=0.3, wrong=0.2))
    assert sum(c.background["phone.time"] == "wrong" for c in cases) / COUNT == pytest.approx(0.5, abs=0.04)
    assert sum("dns" in c.unknown for c in cases) / COUNT == pytest.approx(0.3, abs=0.04)
    assert sum("dns" in c.wrong for c in cases) / COUNT == pytest.approx(0.2, abs=0.04)


def test_two_faults_have_different_causes() -> None:
    cases = drawn(small_world(), double=0.25)
    twice = [case for case in cases if len(case.faults) == 2]
    assert len(twice) / COUNT == pytest.approx(0.25, abs=0.04)
    assert all(set(case.causes) == {DNS, LICENCE} for case in twice)


def test_fix_exists_unless_impossible() -> None:
    cases = drawn(small_world(cannot=0.4))
    steps = ["act.fix_dns", "act.assign_licence"]
    assert sum(case.fixable(steps) for case in cases) / COUNT == pytest.approx(0.6, abs=0.04)
    assert not any(case.fixable([]) for case in cases)


def test_luck_is_no_fix_that_exists() -> None:
    world = msgspec.structs.replace(small_world(), remedies={}, chance=0.2)
    cases = drawn(world)
    assert any(case.mended for case in cases)
    assert not any(case.fixable(world.acts) for case in cases)


def test_true_value_decides_the_cure() -> None:
    when: dict[str, tuple[Value, ...]] = {"phone.time": ("wrong",)}
    world = msgspec.structs.replace(
        small_world(), remedies={DNS: (Remedy(act="act.fix_dns", p=1, when=when),)}
    )
    for case in drawn(world):
        if case.causes == (DNS,):
            assert ((0, "act.fix_dns") in case.mended) == (case.background["phone.time"] == "wrong")


def test_same_seed_draws_the_same() -> None:
    world = small_world(cannot=0.5, unknown=0.5, wrong=0.5)
    assert drawn(world, 0.5) == drawn(world, 0.5)
    assert draw(world, chance("a"), 0.5, 0.3) != draw(world, chance("b"), 0.5, 0.3)


def test_impossible_value_never_occurs() -> None:
    world = msgspec.structs.replace(small_world(), background={"dns": table(ok=1.0, fail=0.0)})
    assert {case.background["dns"] for case in drawn(world)} == {"ok"}
