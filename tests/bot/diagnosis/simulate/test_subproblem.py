from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.subproblem import restrict, sample
from bot.diagnosis.simulate.tables import chance
from tests.support.toy_world import ACCOUNT, DNS, toy


def test_part_knows_only_its_causes() -> None:
    part = restrict(load(), [DNS, "phone.hang"], ["act.fix_dns", "act.restart_phone", "ask.scope"])
    book = part.playbook
    assert book.hypotheses == (DNS, "phone.hang", "other")
    assert set(book.mends) == {"act.fix_dns", "act.restart_phone"}
    assert set(book.rows) == {"scope"}
    assert {len(row) for rows in book.rows.values() for row in rows.values()} == {3}


def test_columns_are_those_of_the_whole() -> None:
    book = load()
    part = restrict(book, ["phone.hang"], ["act.restart_phone"]).playbook
    place = book.hypotheses.index("phone.hang")
    assert part.mends["act.restart_phone"][0] == book.mends["act.restart_phone"][place]


def test_limits_of_rank_are_dropped() -> None:
    part = restrict(load(), ["profile.corrupt"], ["act.factory_reset"])
    (reset,) = part.steps
    assert (reset.requires, reset.min_p) == ((), 0.0)
    both = restrict(load(), ["profile.corrupt"], ["act.factory_reset", "act.update_firmware"])
    assert "act.update_firmware" in both.steps[0].requires


def test_samples_are_small_and_curable() -> None:
    rng = chance("sample")
    for _ in range(30):
        part = sample(load(), rng, (3, 4), 5)
        assert part is not None
        assert len(part.playbook.causes) in {3, 4}
        assert len(part.steps) <= 5
        cures = {c.step for cause in part.playbook.causes.values() for c in cause.cures if c.p > 0}
        assert cures <= {step.id for step in part.steps}


def test_no_sample_where_nothing_fits(tmp_path: Path) -> None:
    assert sample(toy(tmp_path), chance("none"), (2,), 1) is None


def test_none_of_these_keeps_its_share(tmp_path: Path) -> None:
    book = toy(tmp_path)
    assert restrict(book, [DNS, ACCOUNT], []).start == pytest.approx((0.5, 0.5, 1e-6))
    assert restrict(book, [DNS], []).start == pytest.approx((0.5, 0.5e-6))
