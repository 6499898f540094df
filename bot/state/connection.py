"""The connection to Redis, and the one place where its loosely typed replies are taken.

A command that finds no server is tried again for about a second, which is what a restarting
embedded server takes; a server that is silent is not, because a turn has no time for that.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Silent

from bot.errors import RedisUnavailable

ADVICE: Final = "Check DECROCHE_REDIS_URL, or leave it out to use the embedded server."
ATTEMPTS: Final = 6
CONNECTIONS: Final = 1000  # as many commands at once; redis-py's own limit is 100


def connect(url: str) -> Redis:
    """A client of the server at `url` (`redis://`, `rediss://`, `unix://`); bytes in, bytes out.

    Connects at the first command. A blocking command must wait less than 10 s.
    Raises `RedisUnavailable` when the address is none.
    """
    retry = Retry(ExponentialBackoff(cap=0.4, base=0.02), ATTEMPTS, supported_errors=(Unreachable,))
    try:
        return Redis.from_url(
            url,
            socket_timeout=10,
            socket_connect_timeout=3,
            health_check_interval=30,
            retry=retry,
            max_connections=CONNECTIONS,
        )
    except ValueError as exc:
        raise RedisUnavailable(f"not a Redis address: {exc}", ADVICE) from exc


async def ready(redis: Redis) -> bool:
    """True when the server answers and has loaded its data."""
    try:
        return bool(await redis.ping())
    except (Unreachable, Silent):
        return False


async def reply(answer: Awaitable[Any]) -> Any:  # noqa: ANN401 - the one place
    """Awaits a command; the caller annotates what it is, since redis-py's types do not say.

    Raises `RedisUnavailable`.
    """
    try:
        return await answer
    except (Unreachable, Silent) as exc:
        raise RedisUnavailable(f"Redis does not answer: {exc}", ADVICE) from exc
