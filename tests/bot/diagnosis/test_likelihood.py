"""Sparse rows made complete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.likelihood import FLOOR, complete, rows_of

ORDINARY = {"ok": 0.9, "slow": 0.08, "fail": 0.02}


def test_other_values_share_what_is_left() -> None:
    row = complete(ORDINARY, {"fail": 0.51})
    assert row["ok"] / row["slow"] == pytest.approx(0.9 / 0.08)
    assert sum(row.values()) == pytest.approx(1)


def test_nothing_is_quite_impossible() -> None:
    assert complete(ORDINARY, {"fail": 1.0})["ok"] == FLOOR


def test_rows_keep_the_order_of_hypotheses() -> None:
    rows = rows_of(["a", "b"], {"yes": 0.1, "no": 0.9}, {"b": {"yes": 0.7}})
    assert rows["yes"] == pytest.approx((0.1, 0.7))
    assert rows["no"] == pytest.approx((0.9, 0.3))


@given(st.dictionaries(st.sampled_from(sorted(ORDINARY)), st.floats(0, 0.33)))
def test_every_row_stays_a_distribution(change: dict[str, float]) -> None:
    row = complete(ORDINARY, change)
    assert set(row) == set(ORDINARY)
    assert all(p >= FLOOR for p in row.values())
    assert sum(row.values()) == pytest.approx(1, abs=0.01) or set(change) == set(ORDINARY)
