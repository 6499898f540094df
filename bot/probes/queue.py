"""Probe jobs on their way to a site's runners: one Redis stream and consumer group a site.

Delivery is at least once: a job that a runner took and went silent about is given to the next one
after its lease. Nothing here outlives its use: jobs expire after their deadline, queues after a day.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot import keys
from bot.domain.probe import ProbeJob
from bot.probes.wire import RunnerState
from bot.state.connection import reply

LEASE: Final = timedelta(seconds=15)
OFFLINE_AFTER: Final = timedelta(seconds=15)

_GROUP: Final = "runners"
_SLICE: Final = timedelta(seconds=1)
_Entries = list[tuple[bytes, dict[bytes, bytes]]]
_decoder = msgspec.json.Decoder(ProbeJob)
_state = msgspec.json.Decoder(RunnerState)

# Job hash and queue entry appear together or not at all. KEYS: job, queue. ARGV: job JSON, job id, expiry of
# the job (Unix ms), life of the queue (s).
_PUT: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local entry = redis.call('XADD', KEYS[2], '*', 'id', ARGV[2])
redis.call('HSET', KEYS[1], 'job', ARGV[1], 'entry', entry)
redis.call('PEXPIREAT', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 1
"""

# Notes something of a job that is still remembered: a key made anew would have no time to live. KEYS: job.
# ARGV: field, value, `1` when what was noted first stays.
_NOTE: Final = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call(ARGV[3] == '1' and 'HSETNX' or 'HSET', KEYS[1], ARGV[1], ARGV[2])
"""


def _ms(span: timedelta) -> int:
    return max(int(span.total_seconds() * 1000), 1)


def offline(last_seen: datetime | None, now: datetime) -> bool:
    """True when no runner of a site was heard lately."""
    return last_seen is None or now - last_seen > OFFLINE_AFTER


class ProbeQueue:
    """Jobs for the runners of all sites; every method raises `RedisUnavailable`."""

    def __init__(self, redis: Redis, lease: timedelta = LEASE) -> None:
        self._redis = redis
        self._lease = lease
        self._put = redis.register_script(_PUT)
        self._note = redis.register_script(_NOTE)

    async def put(self, job: ProbeJob) -> None:
        """Queues a job; one whose id was put before is left as it is."""
        expires = int((job.deadline + keys.Ttl.probe_job).timestamp() * 1000)
        life = int(keys.Ttl.probe_queue.total_seconds())
        names = [keys.probe_job(job.id), keys.probe_queue(job.site)]
        await reply(self._put(keys=names, args=[msgspec.json.encode(job), job.id, expires, life]))

    async def take(self, site: str, runner: str, wait: timedelta) -> ProbeJob | None:
        """The next job of a site for a runner, waiting for one; None when `wait` is over.

        Jobs past their deadline are dropped on the way.
        """
        until = datetime.now(UTC) + wait
        while True:
            left = until - datetime.now(UTC)
            entry, job_id = await self._next(site, runner, min(max(left, timedelta()), _SLICE))
            if entry:
                job = await self._fit(site, entry, job_id)
                if job is not None:
                    await self._note_job(job_id, "taken", runner)
                    return job
            elif left <= timedelta():
                return None

    async def taken(self, job_id: str) -> datetime | None:
        """When a runner last took a job; None when none did."""
        data: bytes | None = await reply(self._redis.hget(keys.probe_job(job_id), "taken"))
        return datetime.fromisoformat(data.decode().split(" ", 1)[0]) if data else None

    async def job(self, job_id: str) -> ProbeJob | None:
        """A job put earlier, finished or not, until some time after its deadline."""
        data: bytes | None = await reply(self._redis.hget(keys.probe_job(job_id), "job"))
        return _decoder.decode(data) if data else None

    async def renew(self, job_id: str, runner: str) -> None:
        """Starts the lease of a job anew: its runner was heard."""
        found = await self._where(job_id)
        if found is not None:
            queue, entry = found
            await _tolerant(self._redis.xclaim(queue, _GROUP, runner, 0, [entry], idle=0, justid=True))

    async def finish(self, job_id: str) -> bool:
        """Takes a job out of the queue; a second time changes nothing. True the first time."""
        found = await self._where(job_id)
        if found is None:
            return False
        await self._drop(*found)
        return bool(await self._note_job(job_id, "done", first=True))

    async def seen_runner(self, site: str, runner: str) -> None:
        """Notes that a runner of a site is there."""
        now = datetime.now(UTC).isoformat()
        await reply(self._redis.set(keys.runner_seen(site), f"{now} {runner}", ex=keys.Ttl.runner_seen))

    async def last_seen(self, site: str) -> datetime | None:
        """When a runner of the site was last heard; None when not for a week."""
        data: bytes | None = await reply(self._redis.get(keys.runner_seen(site)))
        return datetime.fromisoformat(data.decode().split(" ", 1)[0]) if data else None

    async def note_state(self, site: str, runner: str, state: RunnerState) -> None:
        """Keeps what a runner said of its own health, and forgets those of the site that are gone."""
        name, present = keys.runner_state(site), await self.states(site)
        known: list[bytes] = await reply(self._redis.hkeys(name))
        gone = [row for row in known if row.decode() not in present]
        async with self._redis.pipeline() as pipe:
            if gone:
                pipe.hdel(name, *gone)
            pipe.hset(name, runner, msgspec.json.encode(state))
            pipe.expire(name, keys.Ttl.runner_state)
            await reply(pipe.execute())

    async def states(self, site: str) -> dict[str, RunnerState]:
        """What the runners of a site last said of their health, by name."""
        rows: dict[bytes, bytes] = await reply(self._redis.hgetall(keys.runner_state(site)))
        oldest = datetime.now(UTC) - keys.Ttl.runner_state
        found = {name.decode(): _state.decode(data) for name, data in rows.items()}
        return {name: state for name, state in sorted(found.items()) if state.at > oldest}

    async def sick(self, site: str, runner: str) -> tuple[str, ...] | None:
        """What ails a runner that may be given no job; None when it may."""
        data: bytes | None = await reply(self._redis.hget(keys.runner_state(site), runner))
        if data is None or (greeting := _state.decode(data).greeting).ready:
            return None
        return greeting.ills

    async def _where(self, job_id: str) -> tuple[str, bytes] | None:
        fields: list[bytes | None] = await reply(self._redis.hmget(keys.probe_job(job_id), ["job", "entry"]))
        job, entry = fields
        return (keys.probe_queue(_decoder.decode(job).site), entry) if job and entry else None

    async def _note_job(self, job_id: str, what: str, by: str = "", *, first: bool = False) -> int:
        """Notes that something became of a job now; 1 when that was not noted before."""
        now = datetime.now(UTC).isoformat()
        args = [what, f"{now} {by}", str(int(first))]
        noted: int = await reply(self._note(keys=[keys.probe_job(job_id)], args=args))
        return noted

    async def _drop(self, queue: str, entry: bytes) -> None:
        await _tolerant(self._redis.xack(queue, _GROUP, entry))
        await reply(self._redis.xdel(queue, entry))

    async def _fit(self, site: str, entry: bytes, job_id: str) -> ProbeJob | None:
        job = await self.job(job_id)
        if job is None or job.deadline <= datetime.now(UTC):
            await self._drop(keys.probe_queue(site), entry)
            return None
        return job

    async def _next(self, site: str, runner: str, wait: timedelta) -> tuple[bytes, str]:
        queue = keys.probe_queue(site)
        try:
            found = await self._abandoned(queue, runner) or await self._fresh(queue, runner, wait)
        except ResponseError as exc:
            await self._make_group(queue, exc)
            found = await self._fresh(queue, runner, wait)
        return (found[0][0], found[0][1][b"id"].decode()) if found else (b"", "")

    async def _abandoned(self, queue: str, runner: str) -> _Entries:
        idle = _ms(self._lease)
        answer: list[_Entries] = await reply(
            self._redis.xautoclaim(queue, _GROUP, runner, min_idle_time=idle, count=1)
        )
        return answer[1]

    async def _fresh(self, queue: str, runner: str, wait: timedelta) -> _Entries:
        block = _ms(wait) if wait else None
        answer: Any = await reply(self._redis.xreadgroup(_GROUP, runner, {queue: ">"}, count=1, block=block))
        return _entries(answer)

    async def _make_group(self, queue: str, exc: ResponseError) -> None:
        if not str(exc).startswith("NOGROUP"):
            raise exc
        try:
            await reply(self._redis.xgroup_create(queue, _GROUP, id="0", mkstream=True))
        except ResponseError as busy:
            if not str(busy).startswith("BUSYGROUP"):
                raise
        await reply(self._redis.expire(queue, keys.Ttl.probe_queue, nx=True))


def _entries(answer: Any) -> _Entries:  # noqa: ANN401 - a list with RESP2, a dict with RESP3
    if not answer:
        return []
    if isinstance(answer, dict):
        batches: list[_Entries] = next(iter(answer.values()))
        return batches[0]
    found: _Entries = answer[0][1]
    return found


async def _tolerant(command: Awaitable[Any]) -> None:
    """A queue that is gone, or that no runner ever read, has nothing to renew or acknowledge."""
    try:
        await reply(command)
    except ResponseError as exc:
        if not str(exc).startswith("NOGROUP"):
            raise
