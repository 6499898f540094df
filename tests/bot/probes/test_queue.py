"""The job queue on a real Redis."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot.domain.probe import ProbeJob, ProbeSpec
from bot.probes.queue import ProbeQueue, offline
from tests.support.waiting import wait_until

NOW = timedelta()
SHORT = timedelta(milliseconds=50)


def job(name: str, site: str = "lyon", lives: timedelta = timedelta(seconds=60)) -> ProbeJob:
    now = datetime.now(UTC)
    probes = (ProbeSpec(prober="dns", host="teams.microsoft.com"),)
    return ProbeJob(
        id=name, case="D-1001", site=site, plan="network", probes=probes, issued=now, deadline=now + lives
    )


async def test_a_job_is_taken_once(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.put(job("j1"))
    assert (await queue.take("lyon", "r1", NOW)) == await queue.job("j1")
    assert await queue.take("lyon", "r2", NOW) is None


async def test_the_same_job_twice_is_one(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    for _ in range(3):
        await queue.put(job("j1"))
    taken = [await queue.take("lyon", "r1", NOW) for _ in range(2)]
    assert [bool(one) for one in taken] == [True, False]


async def test_a_finished_job_stays_finished(redis: Redis) -> None:
    queue = ProbeQueue(redis, lease=SHORT)
    await queue.put(job("j1"))
    await queue.take("lyon", "r1", NOW)
    await queue.finish("j1")
    await queue.finish("j1")
    await queue.put(job("j1"))
    assert await queue.take("lyon", "r1", SHORT * 3) is None
    assert await queue.job("j1") is not None


async def test_jobs_come_in_order_and_by_site(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    for one in (job("a"), job("b", "paris"), job("c")):
        await queue.put(one)
    taken = [await queue.take("lyon", "r1", NOW) for _ in range(2)]
    assert [one.id for one in taken if one] == ["a", "c"]


async def test_a_waiting_runner_gets_the_job(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    waiting = asyncio.create_task(queue.take("lyon", "r1", timedelta(seconds=5)))
    await wait_until(lambda: _exists(redis, "decroche:probe:queue:lyon"), "the runner waits")
    await queue.put(job("j1"))
    taken = await asyncio.wait_for(waiting, 2)
    assert taken is not None
    assert taken.id == "j1"


async def _exists(redis: Redis, name: str) -> bool:
    return bool(await redis.exists(name))


async def test_a_silent_runners_job_goes_to_another(redis: Redis) -> None:
    queue = ProbeQueue(redis, lease=SHORT)
    await queue.put(job("j1"))
    await queue.take("lyon", "dead", NOW)
    taken = await queue.take("lyon", "r2", timedelta(seconds=2))
    assert taken is not None
    assert taken.id == "j1"


async def test_a_renewed_lease_keeps_the_job(redis: Redis) -> None:
    queue = ProbeQueue(redis, lease=timedelta(milliseconds=400))
    await queue.put(job("j1"))
    await queue.take("lyon", "r1", NOW)
    entries: Any = await redis.xrange("decroche:probe:queue:lyon")
    await redis.xclaim("decroche:probe:queue:lyon", "runners", "r1", 0, [entries[0][0]], idle=10_000)
    await queue.renew("j1", "r1")
    assert await queue.take("lyon", "r2", NOW) is None


async def test_an_expired_job_is_dropped(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.put(job("old", lives=-timedelta(seconds=1)))
    await queue.put(job("new"))
    taken = await queue.take("lyon", "r1", NOW)
    assert taken is not None
    assert taken.id == "new"
    assert await redis.xlen("decroche:probe:queue:lyon") == 1


async def test_an_unknown_job_is_no_error(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.finish("nobody")
    await queue.renew("nobody", "r1")
    assert await queue.job("nobody") is None


async def test_finishing_before_anyone_took_it(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    await queue.put(job("j1"))
    await queue.finish("j1")
    assert await queue.take("lyon", "r1", NOW) is None


async def test_a_runner_is_seen(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    assert offline(await queue.last_seen("lyon"), datetime.now(UTC))
    await queue.seen_runner("lyon", "r1")
    seen = await queue.last_seen("lyon")
    assert not offline(seen, datetime.now(UTC))
    assert offline(seen, datetime.now(UTC) + timedelta(seconds=16))


async def test_many_runners_share_the_work(redis: Redis) -> None:
    queue = ProbeQueue(redis)
    for number in range(30):
        await queue.put(job(f"j{number}"))

    async def work(name: str) -> list[str]:
        taken = []
        while (one := await queue.take("lyon", name, NOW)) is not None:
            taken.append(one.id)
        return taken

    shares = await asyncio.gather(*(work(f"r{number}") for number in range(5)))
    assert sorted(name for share in shares for name in share) == sorted(f"j{number}" for number in range(30))
