"""What is usual: learnt from good results only, told once there are enough."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.domain.probe import ProbeResult
from bot.probes.baselines import ENOUGH, KEPT, Baselines, is_slower, usual


def result(ms: float | None, *, ok: bool | None = True, host: str = "teams.microsoft.com") -> ProbeResult:
    return ProbeResult(prober="dns", host=host, port=None, ok=ok, ms=ms, details={"slow": False})


@pytest.fixture
def baselines(redis: Redis) -> Baselines:
    return Baselines(redis)


async def _learn(baselines: Baselines, *times: float | None, ok: bool | None = True) -> None:
    for ms in times:
        await baselines.learn("lyon", {0: result(ms, ok=ok)})


async def test_a_slow_answer_is_seen_against_the_usual(baselines: Baselines) -> None:
    await _learn(baselines, 4, 3, 5, 4, 60)
    compared = await baselines.compare("lyon", {7: result(60)})
    assert compared[7].details == {"slow": False, "usual_ms": 4.0, "slower": True}
    compared = await baselines.compare("lyon", {7: result(6)})
    assert compared[7].details == {"slow": False, "usual_ms": 4.0}


@pytest.mark.parametrize(
    ("ms", "usual_ms", "slower"),
    [
        (60, 4, True),
        (23, 4, False),
        (25, 4, True),
        (12, 4, False),
        (100, 40, False),
        (130, 40, True),
        (4, 4, False),
    ],
)
def test_only_far_over_the_usual_is_slower(ms: float, usual_ms: float, slower: bool) -> None:
    assert is_slower(ms, usual_ms) is slower


async def test_few_results_are_not_usual(baselines: Baselines) -> None:
    await _learn(baselines, *[4.0] * (ENOUGH - 1))
    assert await baselines.compare("lyon", {0: result(60)}) == {0: result(60)}


async def test_failures_teach_nothing(baselines: Baselines) -> None:
    await _learn(baselines, *[5000.0] * 9, ok=False)
    await _learn(baselines, *[5000.0] * 9, ok=None)
    await _learn(baselines, *[None] * 9)
    assert await baselines.compare("lyon", {0: result(60)}) == {0: result(60)}


async def test_sites_and_hosts_are_apart(baselines: Baselines) -> None:
    await _learn(baselines, *[4.0] * ENOUGH)
    assert await baselines.compare("paris", {0: result(60)}) == {0: result(60)}
    other = result(60, host="login.microsoftonline.com")
    assert await baselines.compare("lyon", {0: other}) == {0: other}


async def test_only_the_last_results_count(baselines: Baselines, redis: Redis) -> None:
    await _learn(baselines, *[4.0] * 10, *[9.0] * KEPT)
    name = keys.baseline("lyon", "dns teams.microsoft.com")
    assert await redis.llen(name) == KEPT
    assert (await baselines.compare("lyon", {0: result(1)}))[0].details["usual_ms"] == 9.0


async def test_no_time_is_not_compared(baselines: Baselines) -> None:
    assert await baselines.compare("lyon", {0: result(None)}) == {0: result(None)}
    assert await baselines.compare("lyon", {}) == {}


def test_the_usual_is_the_median() -> None:
    assert usual([1, 2, 3, 4, 1000]) == 3
    assert usual([1.0] * (ENOUGH - 1)) is None
