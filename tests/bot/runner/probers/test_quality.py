"""Call quality over paths that are good, lossy, slow, irregular, closed or silent."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.support.delaying import Delay, delayed_udp
from tests.support.lag import loop_lag
from tests.support.netservers import free_port, silence, stun_refusal, stun_reply, udp
from tests.support.probing import probe, verdict

FAST: dict[str, Any] = {"count": 40, "interval_ms": 10, "timeout_s": 2}


async def test_a_good_path_is_ok() -> None:
    async with udp(stun_reply) as port:
        result = await probe("quality", port, **FAST)
    assert verdict(result) == (True, None, None)
    assert (result.details["sent"], result.details["received"]) == (40, 40)
    assert result.ms == result.details["rtt_ms"] < 100
    assert result.details["thresholds"]["jitter_ms"] == 30


async def test_refusals_are_samples_too() -> None:
    async with udp(stun_refusal) as port:
        assert (await probe("quality", port, **FAST)).details["received"] == 40


def _every_fifth_lost(number: int) -> float | None:
    return None if number % 5 == 0 else 0.0


def _slow(number: int) -> float | None:
    del number
    return 0.15


def _irregular(number: int) -> float | None:
    return 0.08 * (number % 2)


@pytest.mark.parametrize(
    ("delay", "failure"),
    [(_every_fifth_lost, "quality_loss"), (_slow, "quality_rtt"), (_irregular, "quality_jitter")],
)
async def test_each_fault_of_a_path_is_named(delay: Delay, failure: str) -> None:
    async with delayed_udp(stun_reply, delay) as port:
        result = await probe("quality", port, **FAST)
    assert verdict(result) == (False, failure, "path")


async def test_one_lost_of_many_proves_nothing() -> None:
    async with delayed_udp(stun_reply, lambda number: None if number == 7 else 0.0) as port:
        result = await probe("quality", port, **FAST)
    assert (result.ok, result.details["loss_pct"]) == (True, 2.5)


async def test_overtaking_is_counted() -> None:
    async with delayed_udp(stun_reply, lambda number: 0.05 if number == 3 else 0.0) as port:
        assert (await probe("quality", port, **FAST)).details["reordered"] == 1


async def test_silence_proves_nothing() -> None:
    async with udp(silence) as port:
        result = await probe("quality", port, count=5, interval_ms=10, timeout_s=0.3)
    assert verdict(result) == (None, "stun_no_reply", "path")


async def test_a_closed_port_refuses() -> None:
    assert verdict(await probe("quality", free_port(), **FAST)) == (False, "connection_refused", "target")


async def test_the_deadline_shortens_the_pace() -> None:
    async with udp(stun_reply) as port:
        began = time.monotonic()
        result = await probe("quality", port, count=20, interval_ms=1000, timeout_s=0.5)
    assert result.ok
    assert time.monotonic() - began < 0.7
    assert result.details["interval_ms"] < 25


async def test_samples_leave_the_loop_free() -> None:
    async with udp(stun_reply) as port:
        with loop_lag() as lag:
            await probe("quality", port, **FAST)
    assert lag.longest_s < 0.1
