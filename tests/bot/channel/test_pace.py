from __future__ import annotations

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.channel.limits import limits
from bot.channel.pace import Pace, SharedPace, earliest
from bot.errors import DeliveryError
from bot.state.rates import Rates

WINDOWS = limits().pace.send


class Time:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(st.lists(st.floats(0, 3), min_size=1, max_size=150))
def test_no_window_is_ever_overfull(gaps: list[float]) -> None:
    now, booked = 0.0, list[float]()
    for gap in gaps:
        now += gap
        booked.append(earliest(booked, now, WINDOWS))
    assert booked == sorted(booked)
    for count, seconds in WINDOWS:
        pairs = zip(booked, booked[count:], strict=False)
        assert all(later - first >= seconds - 1e-6 for first, later in pairs)


async def test_burst_is_spread_out() -> None:
    time = Time()
    pace = Pace(WINDOWS, clock=time, sleep=time.sleep)
    for _ in range(7):
        await pace.wait("a")
    assert time.now == 0
    await pace.wait("a")
    assert time.now == 1
    await pace.wait("a")
    assert time.now == 2


@given(st.lists(st.one_of(st.just(0.0), st.floats(0, 200)), min_size=1, max_size=40), st.integers(1, 90))
async def test_hour_is_never_overfull(gaps: list[float], burst: int) -> None:
    """Bursts of messages over hours, each sent as soon as the pace lets it go."""
    time, starts = Time(), list[float]()
    pace = Pace(WINDOWS, clock=time, sleep=time.sleep)
    for gap in gaps:
        time.now += gap
        for _ in range(burst):
            await pace.wait("a")
            starts.append(time.now)
    for count, seconds in WINDOWS:
        pairs = zip(starts, starts[count:], strict=False)
        assert all(later - first >= seconds - 1e-6 for first, later in pairs)


async def test_hour_is_used_to_the_full() -> None:
    time, starts = Time(), list[float]()
    pace = Pace(WINDOWS, clock=time, sleep=time.sleep)
    for _ in range(3601):
        await pace.wait("a")
        starts.append(time.now)
    assert max(bisect_left(starts, start + 3600) - i for i, start in enumerate(starts)) == 1800
    assert starts[1799] < 900
    assert starts[1800] == 3600
    assert starts[3600] == 7200


async def test_who_would_wait_long_comes_again() -> None:
    time = Time()
    pace = Pace(WINDOWS, clock=time, sleep=time.sleep, patience_s=5)
    for _ in range(60):
        await pace.wait("a")
    for _ in range(9):
        with pytest.raises(DeliveryError) as caught:
            await pace.wait("a")
        assert (caught.value.status, caught.value.retry_after) == (429, 30 - time.now)
    await pace.wait("b")
    time.now = 26
    await pace.wait("a")
    assert time.now == 30


async def test_processes_keep_to_one_pace(redis: Redis) -> None:
    time = Time()
    processes = [
        SharedPace("send", WINDOWS, Rates(redis, time), patience_s=5, sleep=time.sleep) for _ in range(3)
    ]
    for pace in processes * 3:
        await pace.wait("a")
    assert time.now == 2
    other = SharedPace("members", WINDOWS, Rates(redis, time), patience_s=5, sleep=time.sleep)
    await other.wait("a")
    assert time.now == 2
    for pace in processes * 17:
        await pace.wait("a")
    with pytest.raises(DeliveryError) as caught:
        await processes[0].wait("a")
    assert caught.value.status == 429
    assert caught.value.retry_after is not None
    assert 5 < caught.value.retry_after <= 30


async def test_conversations_do_not_wait_for_each_other() -> None:
    time = Time()
    pace = Pace(WINDOWS, clock=time, sleep=time.sleep)
    for number in range(100):
        await pace.wait(f"conversation-{number}")
    assert time.now == 0


async def test_quiet_conversations_are_forgotten() -> None:
    time = Time()
    pace = Pace(((1, 5.0),), clock=time, sleep=time.sleep)
    await pace.wait("old")
    time.now = 6
    await pace.wait("new")
    assert list(pace._booked) == ["new"]
