"""Runs checks side by side, each with a deadline, so that one dead server holds nothing else up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

import aiohttp
import msgspec
from redis.exceptions import RedisError

from bot.doctor.finding import Area, Finding
from bot.errors import DecrocheError

DEADLINE: Final = timedelta(seconds=10)
NETWORK: Final = "Check the address, and the network and firewalls on the way there."

Look = Callable[[], Awaitable[Iterable[Finding]]]


class Check(msgspec.Struct, frozen=True):
    """What to look at; `look` may raise any error of ours, of the network or of Redis."""

    area: Area
    what: str
    look: Look


async def carry_out(checks: Sequence[Check], deadline: timedelta = DEADLINE) -> tuple[Finding, ...]:
    """What every check finds, in their order."""
    found = await asyncio.gather(*(_one(check, deadline) for check in checks))
    return tuple(finding for findings in found for finding in findings)


async def _one(check: Check, deadline: timedelta) -> list[Finding]:
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return list(await check.look())
    except TimeoutError:
        says = f"no answer within {deadline.total_seconds():g} s"
        return [check.area.fails(check.what, says, NETWORK)]
    except DecrocheError as exc:
        return [check.area.fails(check.what, str(exc), exc.advice or NETWORK)]
    except (aiohttp.ClientError, OSError, RedisError) as exc:
        says = f"{type(exc).__name__}: {exc}".rstrip(": ")
        return [check.area.fails(check.what, says, NETWORK)]
