"""Samples at a pace: all, some, none, twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.runner.pacing import Samples, fitting, pace


def _until(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_all_back_ends_at_once() -> None:
    samples = Samples(5)
    began = _until(0)
    await pace(samples, samples.arrive, 0.01, _until(5))
    assert [number for number, _ in samples.arrivals] == [0, 1, 2, 3, 4]
    assert _until(0) - began < 0.5


async def test_the_pace_is_kept() -> None:
    samples, sent = Samples(6), list[float]()

    def send(number: int) -> None:
        sent.append(_until(0))
        samples.arrive(number)

    await pace(samples, send, 0.02, _until(5))
    assert sent[-1] - sent[0] == pytest.approx(0.1, abs=0.04)


async def test_a_near_deadline_sends_fewer() -> None:
    samples = Samples(100)
    await pace(samples, samples.arrive, 0.05, _until(0.12))
    assert samples.sent == samples.expected == len(samples.arrivals) == 3


async def test_silence_lasts_until_the_deadline() -> None:
    samples, began = Samples(2), _until(0)
    await pace(samples, lambda number: None, 0.01, _until(0.2))
    assert (samples.sent, samples.arrivals) == (2, [])
    assert _until(0) - began == pytest.approx(0.2, abs=0.1)


async def test_a_duplicate_counts_once() -> None:
    samples = Samples(2)

    def twice(number: int) -> None:
        samples.arrive(number)
        samples.arrive(number)
        samples.arrive(17)

    await pace(samples, twice, 0.01, _until(1))
    assert len(samples.arrivals) == 2


async def test_an_early_error_is_raised() -> None:
    samples = Samples(3)
    with pytest.raises(ConnectionRefusedError):
        await pace(samples, lambda number: samples.fail(ConnectionRefusedError()), 0.01, _until(1))


async def test_a_late_error_is_a_loss() -> None:
    samples = Samples(3)

    def send(number: int) -> None:
        if number:
            samples.fail(ConnectionRefusedError())
        else:
            samples.arrive(number)

    await pace(samples, send, 0.01, _until(0.2))
    assert (samples.sent, len(samples.arrivals)) == (3, 1)


@pytest.mark.parametrize(
    ("interval", "count", "left", "fits"), [(0.1, 50, 30, 0.1), (0.1, 50, 5, 0.08), (1, 500, 1, 0.01)]
)
def test_the_interval_fits_the_time(interval: float, count: int, left: float, fits: float) -> None:
    assert fitting(interval, count, left) == pytest.approx(fits)
