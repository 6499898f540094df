from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channel.limits import limits
from bot.channel.pace import Pace, earliest

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
