from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.simulate.tables import ANY, chance, hardened, pick, usual
from tests.support.toy_world import small_world, table


def test_values_are_drawn_by_probability() -> None:
    rng = chance("draw")
    drawn = [pick(rng, (("a", 0.7), ("b", 0.3), ("c", 0.0))) for _ in range(4000)]
    assert drawn.count("a") / 4000 == pytest.approx(0.7, abs=0.03)
    assert "c" not in drawn


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.text())
def test_some_value_is_always_drawn(weights: list[float], seed: str) -> None:
    chances = tuple((i, weight) for i, weight in enumerate(weights))
    assert pick(chance(seed), chances) in range(len(weights))


def test_likeliest_value_is_the_usual() -> None:
    assert usual(table(ok=0.4, fail=0.6)) == "fail"
    assert usual({"ok": ((0, 0.9), (5, 0.1)), "wrong": ((900, 1.0),)}) == 0


def test_odds_move_by_the_factor() -> None:
    world = small_world(cannot=0.5)
    shifted = [hardened(world, chance(str(i)), 3.0, 0.1, 0.05) for i in range(40)]
    found = {round(one.acts["act.fix_dns"].cannot, 6) for one in shifted}
    assert found == {0.25, 0.75}


def test_hard_world_stays_a_world() -> None:
    hard = hardened(small_world(), chance("x"), 3.0, 0.1, 0.05)
    assert sum(p for _, p in hard.background["phone.time"][ANY]) == pytest.approx(1)
    assert {(s.unknown, s.wrong) for s in hard.sources.values()} == {(0.1, 0.05)}
    assert hard.background["dns"][ANY] == (("ok", 1.0), ("fail", 0.0))
    assert hard.false_fix == 0.05
