"""Many jobs, one question: probes in flight are shared, bounded and policed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.domain.site import Lab, Site
from bot.probes.policy import Allowed, allow
from bot.runner.finding import Finding
from bot.runner.measuring import AT_ONCE, Measurer
from tests.support.netservers import HOST

SOON = datetime.now(UTC) + timedelta(hours=1)
LAB = allow(
    Site(id="lyon", name="Lyon", private_targets=tuple(f"{HOST}:{port}" for port in range(1, 100)), lab=Lab())
)


def spec(port: int = 1, prober: str = "tcp") -> ProbeSpec:
    return ProbeSpec(prober=prober, host=HOST, port=port, options={"timeout_s": 5})


class Slow:
    """A prober that answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[ProbeSpec] = []
        self.most = self.now = 0
        self.let = asyncio.Event()

    async def __call__(self, asked: ProbeSpec, deadline: float) -> Finding:
        del deadline
        self.asked.append(asked)
        self.now += 1
        self.most = max(self.most, self.now)
        await self.let.wait()
        self.now -= 1
        return Finding(ok=True, details={"offset_s": 0.1} if asked.prober == "ntp" else {})


async def _measure(
    slow: Slow, measurer: Measurer, *specs: ProbeSpec, allowed: Allowed = LAB
) -> list[ProbeResult]:
    tasks = [asyncio.create_task(measurer.measure(one, SOON, allowed)) for one in specs]
    for _ in range(5):
        await asyncio.sleep(0)
    slow.let.set()
    return await asyncio.gather(*tasks)


async def test_the_same_question_is_asked_once() -> None:
    slow = Slow()
    results = await _measure(slow, Measurer({"tcp": slow}), *[spec()] * 50, spec(2))
    assert [result.ok for result in results] == [True] * 51
    assert len(slow.asked) == 2


async def test_an_answered_question_is_asked_again() -> None:
    slow = Slow()
    measurer = Measurer({"tcp": slow})
    await _measure(slow, measurer, spec())
    await _measure(slow, measurer, spec())
    assert len(slow.asked) == 2


async def test_a_number_of_probes_run_at_once() -> None:
    slow = Slow()
    await _measure(slow, Measurer({"tcp": slow}), *map(spec, range(1, 100)))
    assert (slow.most, len(slow.asked)) == (AT_ONCE, 99)


async def test_one_impatient_job_does_not_end_anothers() -> None:
    slow = Slow()
    measurer = Measurer({"tcp": slow})
    first, second = (asyncio.create_task(measurer.measure(spec(), SOON, LAB)) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    slow.let.set()
    assert (await second).ok


async def test_what_is_not_listed_is_not_asked() -> None:
    slow = Slow()
    (result,) = await _measure(slow, Measurer({"tcp": slow}), spec(4444))
    assert (result.failure, slow.asked) == ("target_refused", [])


async def test_a_time_server_is_told_the_bots_clock() -> None:
    slow = Slow()
    measurer = Measurer({"ntp": slow})
    measurer.ahead = timedelta(seconds=300)
    (result,) = await _measure(slow, measurer, spec(2, "ntp"))
    assert result.details == {"offset_s": 0.1, "runner_clock_s": 300.0}


async def test_closing_ends_what_runs() -> None:
    slow = Slow()
    measurer = Measurer({"tcp": slow})
    waiting = asyncio.create_task(measurer.measure(spec(), SOON, LAB))
    for _ in range(3):
        await asyncio.sleep(0)
    await measurer.close()
    (ended,) = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
