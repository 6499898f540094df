"""Redis: there, new enough, and not set up to forget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from redis.asyncio import Redis

from bot.doctor.finding import Area, Finding
from bot.state.connection import reply

AREA: Final = Area("redis")
OLDEST: Final = (7, 0)  # EXPIRE NX, XAUTOCLAIM as it is used here


async def look(redis: Redis, *, embedded: bool) -> Iterable[Finding]:
    """What the server says of itself. Raises `RedisUnavailable`."""
    said: Mapping[str, Any] = await reply(redis.info())
    return list(judge(said, embedded=embedded))


def judge(said: Mapping[str, Any], *, embedded: bool) -> Iterator[Finding]:
    """What an INFO answer means."""
    where = "embedded, in the data directory" if embedded else "at DECROCHE_REDIS_URL"
    yield AREA.ok("server", f"answers, {where}")
    yield _version(str(said.get("redis_version", "")))
    yield _memory(str(said.get("maxmemory_policy", "")), int(said.get("maxmemory", 0)))
    yield _persistence(said)


def _version(version: str) -> Finding:
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < OLDEST:
        return AREA.fails(
            "version",
            f"{version or 'unknown'} is too old",
            f"Use Redis or Valkey {OLDEST[0]}.{OLDEST[1]} or newer.",
        )
    return AREA.ok("version", version)


def _memory(policy: str, limit: int) -> Finding:
    if policy in ("", "noeviction"):
        return AREA.ok("memory policy", policy or "not told")
    says = f"{policy}: a full server throws cases and messages away"
    if limit == 0:
        says = f"{policy}, without a limit: harmless until one is set"
    return AREA.warning("memory policy", says, "Set `maxmemory-policy noeviction` on the server.")


def _persistence(said: Mapping[str, Any]) -> Finding:
    if said.get("aof_enabled") in (1, "1"):
        if said.get("aof_last_write_status", "ok") != "ok":
            return AREA.fails(
                "persistence", "the append-only file cannot be written", "Make room on the server's disk."
            )
        return AREA.ok("persistence", "append-only file")
    return AREA.warning(
        "persistence",
        "no append-only file: a crash of the server loses the last minutes",
        "Set `appendonly yes` on the server.",
    )
