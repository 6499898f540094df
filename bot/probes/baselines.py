"""What is usual at a site: the median of a probe's last good times, so that a report says "60 ms, usually 4 ms"."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from statistics import median
from typing import Final

import msgspec
from msgspec.structs import replace
from redis.asyncio import Redis

from bot import keys
from bot.domain.probe import ProbeResult
from bot.state.connection import reply

KEPT: Final = 50
ENOUGH: Final = 5
USUAL: Final = "usual_ms"
SLOWER: Final = "slower"


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """baselines.toml: slower than usual by this factor, and by this many milliseconds."""

    times: float
    by_ms: float


@functools.cache
def limits() -> Limits:
    """The limits that come with Décroche."""
    text = resources.files("bot.probes").joinpath("baselines.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Limits)


Results = Mapping[int, ProbeResult]


def usual(times: list[float]) -> float | None:
    """The median in milliseconds; None of too few to call it usual."""
    return round(median(times), 1) if len(times) >= ENOUGH else None


def is_slower(ms: float, usual_ms: float) -> bool:
    """True of a time so far over the usual that people should hear of it."""
    return ms > usual_ms * limits().times and ms - usual_ms > limits().by_ms


def _probe(result: ProbeResult) -> str:
    port = f":{result.port}" if result.port else ""
    return f"{result.prober} {result.host}{port}"


def is_good(result: ProbeResult) -> bool:
    """A result from which the usual is learnt: a success whose time is known."""
    return result.ok is True and result.ms is not None


class Baselines:
    """The usual times of all sites; every method raises `RedisUnavailable`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def compare(self, site: str, results: Results) -> dict[int, ProbeResult]:
        """The results, those with a time saying in `usual_ms` what it is as a rule, and `slower` where it is far over."""
        timed = [index for index, result in results.items() if result.ms is not None]
        async with self._redis.pipeline(transaction=False) as pipe:
            for index in timed:
                pipe.lrange(keys.baseline(site, _probe(results[index])), 0, KEPT - 1)
            rows: list[list[bytes]] = await reply(pipe.execute())
        found = {index: usual([float(ms) for ms in row]) for index, row in zip(timed, rows, strict=True)}
        return {index: _told(result, found.get(index)) for index, result in results.items()}

    async def learn(self, site: str, results: Results) -> None:
        """Adds the good results of one job; the caller sees to it that a job counts once."""
        async with self._redis.pipeline() as pipe:
            for result in filter(is_good, results.values()):
                name = keys.baseline(site, _probe(result))
                pipe.lpush(name, str(result.ms))
                pipe.ltrim(name, 0, KEPT - 1)
                pipe.expire(name, keys.Ttl.baseline)
            await reply(pipe.execute())


def _told(result: ProbeResult, ms: float | None) -> ProbeResult:
    if ms is None or result.ms is None:
        return result
    slower = {SLOWER: True} if is_slower(result.ms, ms) else {}
    return replace(result, details={**result.details, USUAL: ms, **slower})
