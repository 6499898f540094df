"""Microsoft's published address ranges: fetched by the bot once a day, a pinned copy until then.

The list is Microsoft's, but it comes over a network that we are there to doubt: it is bounded, validated, and only
ever adds to the ranges that ship, so that neither an outage nor a forgery can turn a good answer into a bad one.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import tomllib
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from ipaddress import ip_network
from typing import Annotated, Final

import aiohttp
import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.errors import DecrocheError
from bot.probes.plans import Plans
from bot.state.connection import reply

OFF: Final = "off"
EVERY: Final = timedelta(days=1)
AGAIN: Final = timedelta(hours=1)
MOST_BYTES: Final = 2 * 1024 * 1024

_WITHIN: Final = aiohttp.ClientTimeout(total=30)
# Which of Microsoft's endpoint sets hold the ranges of plans.toml.
_SETS: Final[Mapping[str, tuple[int, ...]]] = {"teams": (11, 12), "identity": (56,)}
_WIDEST: Final = {4: 12, 6: 28}  # a wider range would vouch for half the world
log = logging.getLogger(__name__)


class EndpointsUnusable(DecrocheError):
    """The list could not be fetched, or is not the list."""


class EndpointSet(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of Microsoft's list, as far as it matters here."""

    id: int
    ips: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(max_length=500)] = ()


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """Ranges by the names that plans use; `read` is when they were Microsoft's (UTC), `pinned` the shipped copy."""

    read: datetime
    ranges: dict[str, tuple[str, ...]]
    pinned: bool = False


_sets = msgspec.json.Decoder(tuple[EndpointSet, ...])
_kept = msgspec.json.Decoder(Endpoints)


@functools.cache
def pinned() -> Endpoints:
    """The copy that comes with Décroche."""
    content = tomllib.loads(resources.files("bot.probes").joinpath("endpoints.toml").read_text("utf-8"))
    day = msgspec.convert(content["read"], date)
    ranges = msgspec.convert(content["ranges"], dict[str, tuple[str, ...]])
    return Endpoints(read=datetime(day.year, day.month, day.day, tzinfo=UTC), ranges=ranges, pinned=True)


def _checked(text: str) -> str:
    network = ip_network(text)
    if network.prefixlen < _WIDEST[network.version] or not network.is_global:
        raise ValueError(f"{text} is no range of a service")
    return str(network)


def parse_endpoints(data: bytes, now: datetime) -> Endpoints:
    """Reads Microsoft's JSON; raises `EndpointsUnusable` unless every set that we need has sound ranges."""
    try:
        found = {one.id: one for one in _sets.decode(data)}
        ranges = {
            name: tuple(dict.fromkeys(_checked(ip) for number in numbers for ip in found[number].ips))
            for name, numbers in _SETS.items()
        }
    except KeyError as exc:
        raise EndpointsUnusable(f"the list lacks set {exc}") from exc
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError) as exc:
        raise EndpointsUnusable(f"not Microsoft's list: {exc}") from exc
    if not all(ranges.values()):
        raise EndpointsUnusable("the list has a set without addresses")
    return Endpoints(read=now, ranges=ranges)


def with_ranges(plans: Plans, endpoints: Endpoints) -> Plans:
    """The plans, whose ranges are widened by the list: an old range wrongly accepted is the lesser harm."""
    ranges = {
        name: tuple(dict.fromkeys((*known, *endpoints.ranges.get(name, ()))))
        for name, known in plans.ranges.items()
    }
    return msgspec.structs.replace(plans, ranges=ranges)


class EndpointList:
    """The list as all processes of a bot share it; raises `RedisUnavailable`."""

    def __init__(self, redis: Redis, url: str) -> None:
        self._redis = redis
        self._url = url
        self.current = pinned()

    async def load(self) -> Endpoints:
        """What was last fetched by any process, else the pinned copy."""
        data: bytes | None = await reply(self._redis.hget(keys.endpoints(), "list"))
        if data is not None:
            self.current = _kept.decode(data)
        return self.current

    async def refresh(self, session: aiohttp.ClientSession, now: datetime) -> Endpoints:
        """Fetches the list unless it is as it was; raises `EndpointsUnusable`."""
        etag: bytes | None = await reply(self._redis.hget(keys.endpoints(), "etag"))
        data, new_etag = await _fetch(session, self._url, etag.decode() if etag else "")
        known = await self.load()
        fetched = msgspec.structs.replace(known, read=now) if data is None else parse_endpoints(data, now)
        await self._keep(fetched, new_etag)
        self.current = fetched
        return fetched

    async def _keep(self, endpoints: Endpoints, etag: str) -> None:
        async with self._redis.pipeline() as pipe:
            pipe.hset(keys.endpoints(), mapping={"list": msgspec.json.encode(endpoints), "etag": etag})
            pipe.expire(keys.endpoints(), keys.Ttl.endpoints)
            await reply(pipe.execute())

    async def follow(self, session: aiohttp.ClientSession) -> None:
        """Keeps the list fresh until cancelled: asks when it is a day old, an hour later after a failure."""
        while True:
            try:
                age = datetime.now(UTC) - (await self.load()).read
                if self.current.pinned or age >= EVERY:
                    fetched = await self.refresh(session, datetime.now(UTC))
                    log.info("Microsoft's address ranges read: %d", sum(map(len, fetched.ranges.values())))
            except DecrocheError as exc:
                log.warning("Microsoft's address ranges are %s: %s", age_of(self.current), exc)
            await asyncio.sleep(AGAIN.total_seconds())


def age_of(endpoints: Endpoints) -> str:
    """How old the ranges are, for a person."""
    return f"{'the pinned copy' if endpoints.pinned else 'those'} of {endpoints.read:%Y-%m-%d}"


async def _fetch(session: aiohttp.ClientSession, url: str, etag: str) -> tuple[bytes | None, str]:
    """The list and its ETag; None when it is still the one of `etag`."""
    headers = {"If-None-Match": etag} if etag else {}
    params = {"clientrequestid": str(uuid.uuid4())}
    try:
        async with session.get(
            url, params=params, headers=headers, timeout=_WITHIN, allow_redirects=False
        ) as response:
            if response.status == 304 and etag:
                return None, etag
            if response.status != 200:
                raise EndpointsUnusable(f"HTTP {response.status}")
            return await _read(response), response.headers.get("ETag", "")[:200]
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise EndpointsUnusable(f"{type(exc).__name__}: {exc}") from exc


async def _read(response: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > MOST_BYTES:
            raise EndpointsUnusable("the list is too large")
    return bytes(data)
