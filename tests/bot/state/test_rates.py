from __future__ import annotations

import asyncio
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.state.rates import Rates
from tests.support.clock import Clock

WINDOWS = ((2, 1.0), (3, 5.0))


async def test_turns_are_booked_one_after_another(redis: Redis) -> None:
    rates = Rates(redis, Clock(1000.0))
    booked = [await rates.book("a", WINDOWS, 60) for _ in range(5)]
    assert [booking.wait_s for booking in booked] == [0, 0, 1, 5, 5]
    assert all(booking.granted for booking in booked)


async def test_far_turns_are_not_booked(redis: Redis) -> None:
    clock = Clock(1000.0)
    rates = Rates(redis, clock)
    for _ in range(3):
        await rates.book("a", WINDOWS, 3)
    refused = [await rates.book("a", WINDOWS, 3) for _ in range(2)]
    assert [(booking.granted, booking.wait_s) for booking in refused] == [(False, 5.0)] * 2
    clock.now += 2
    assert (await rates.book("a", WINDOWS, 3)).wait_s == 3


async def test_names_do_not_share_their_turns(redis: Redis) -> None:
    rates = Rates(redis, Clock(1000.0))
    assert [(await rates.book(f"c{i}", ((1, 60.0),), 0)).granted for i in range(5)] == [True] * 5


async def test_processes_share_their_turns(redis: Redis, redis_url: str) -> None:
    clients = [Redis.from_url(redis_url) for _ in range(3)]
    try:
        booked = await asyncio.gather(
            *(Rates(client).book("a", ((4, 60.0),), 0) for client in clients for _ in range(4))
        )
    finally:
        await asyncio.gather(*(client.aclose() for client in clients))
    assert sum(booking.granted for booking in booked) == 4


async def test_server_tells_the_time(redis: Redis) -> None:
    rates = Rates(redis)
    await rates.book("a", ((1, 0.2),), 1)
    before = time.monotonic()
    booking = await rates.book("a", ((1, 0.2),), 1)
    assert 0.2 - (time.monotonic() - before) - 0.1 <= booking.wait_s <= 0.2


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.integers(0, 2000), min_size=1, max_size=40))
async def test_no_shared_window_is_overfull(redis: Redis, gaps: list[int]) -> None:
    await redis.flushdb()
    clock, starts = Clock(1000.0), list[float]()
    rates = Rates(redis, clock)
    for gap in gaps:
        clock.now += gap / 1000
        booking = await rates.book("a", WINDOWS, 4)
        if booking.granted:
            starts.append(clock.now + booking.wait_s)
    for count, seconds in WINDOWS:
        pairs = zip(starts, starts[count:], strict=False)
        assert all(later - first >= seconds - 0.002 for first, later in pairs)
