"""Figures from samples, and what they prove."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import Failure
from bot.runner.sampling import at_least_pct, jitter_of, judge, measure, thresholds


def test_the_shipped_thresholds_are_microsofts() -> None:
    limits = thresholds()
    assert (limits.rtt_ms, limits.loss_pct, limits.jitter_ms, limits.reorder_pct) == (100, 1, 30, 0.05)


def test_nothing_back_has_no_figures() -> None:
    assert measure(10, []) is None


def test_the_figures_of_a_sample() -> None:
    found = measure(5, [(0, 10.0), (2, 30.0), (1, 20.0), (4, 20.0)])
    assert found is not None
    assert (found.received, found.reordered, found.loss_pct, found.rtt_ms) == (4, 1, 20.0, 20.0)
    assert (found.rtt_min_ms, found.rtt_max_ms) == (10.0, 30.0)


def test_jitter_follows_the_rfc() -> None:
    assert jitter_of([5.0]) == 0
    assert jitter_of([10.0, 26.0]) == 1.0
    assert jitter_of([10.0, 26.0, 10.0]) == 1.0 + 15 / 16


@pytest.mark.parametrize(
    ("hits", "of", "certain"), [(0, 50, 0.0), (1, 50, 0.35), (2, 50, 1.1), (50, 50, 92.9)]
)
def test_chance_is_allowed_for(hits: int, of: int, certain: float) -> None:
    assert at_least_pct(hits, of) == pytest.approx(certain, abs=0.05)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_what_is_certain_is_less(counts: tuple[int, int]) -> None:
    hits, of = counts
    assert 0 <= at_least_pct(hits, of) <= 100 * hits / of + 1e-9


@pytest.mark.parametrize(
    ("rtts", "lost", "failure"),
    [
        ([20.0] * 50, 0, None),
        ([20.0] * 49, 1, None),
        ([20.0] * 40, 10, Failure.quality_loss),
        ([120.0] * 50, 0, Failure.quality_rtt),
        ([10.0, 90.0] * 25, 0, Failure.quality_jitter),
    ],
)
def test_the_passed_threshold_is_named(rtts: list[float], lost: int, failure: Failure | None) -> None:
    quality = measure(len(rtts) + lost, list(enumerate(rtts)))
    assert quality is not None
    assert judge(quality, thresholds()) is failure
