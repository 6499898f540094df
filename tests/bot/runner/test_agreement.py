"""Clocks in agreement, and not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.agreement import Agreement, Reading, agree

READINGS = st.builds(Reading, st.floats(-1e6, 1e6), st.floats(0, 1e3))


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([(5.0, 1.0)], Agreement(5.0, 1.0, 1)),
        ([(0.0, 2.0), (1.0, 2.0)], Agreement(0.5, 1.5, 2)),
        ([(0.0, 1.0), (2.0, 1.0)], Agreement(1.0, 0.0, 2)),
        ([(0.0, 1.0), (0.5, 1.0), (-420.0, 1.0)], Agreement(0.25, 0.75, 2)),
        ([(7.0, 2.0), (12.0, 1.0), (11.0, 1.0)], Agreement(11.5, 0.5, 2)),
    ],
)
def test_the_smallest_common_interval_is_found(
    readings: list[tuple[float, float]], expected: Agreement
) -> None:
    assert agree([Reading(*reading) for reading in readings]) == expected


@given(st.lists(READINGS, min_size=1, max_size=6))
def test_as_many_agree_as_any_point_has(readings: list[Reading]) -> None:
    found = agree(readings)
    depths = [
        sum(low <= point <= high for low, high in (r.ends for r in readings))
        for point in (edge for r in readings for edge in r.ends)
    ]
    assert found.agreeing == max(depths)
    assert 0 <= found.error_s <= max(r.error_s for r in readings) + 1e-6
