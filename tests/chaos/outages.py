"""A Redis that is not there, or goes away for a while; two bots on one Redis; people taking turns between them."""

from __future__ import annotations

import signal
from http import HTTPStatus
from typing import Final

import aiohttp

from tests.chaos.kills import differences, undisturbed
from tests.chaos.play import Play, Result, Setup, opened, people
from tests.chaos.system import tell
from tests.support.waiting import becomes

SLOW: Final = "network.dns/silent"
AWAY_S: Final = 20.0
WITHOUT_S: Final = 5.0
APART_S: Final = (1.0, 2.0, 4.0)
TWO: Final = Setup(bots=2, outside=True)


async def started_without_redis() -> Result:
    """A bot that is started before its Redis says that it is not ready, and is as soon as that is there."""
    result = Result(fault="licence.missing")
    async with opened(result.fault, result, Setup(outside=True)) as play:
        await play.bot.stop()
        await _gone(play)
        await play.bot.start()
        if not await becomes(lambda: _says(play, HTTPStatus.SERVICE_UNAVAILABLE), 20.0, 0.1):
            result.problems.append("without Redis it does not answer 503")
        await play.watch.passes(WITHOUT_S)
        await _back(play)
        await play.until_ready()
        async with people(play):
            await play.until_ended()
    return result


async def redis_gone_for_long() -> Result:
    """Redis is away for 20 s while probes run and people tap; the bot stays, and the case goes on."""
    result = Result(fault=SLOW)
    async with opened(result.fault, result, Setup(outside=True)) as play, people(play):
        await play.watch.until_probing()
        await play.watch.passes(1.0)
        await play.freeze(play.bot)
        await _gone(play)
        tell(play.bot.process.pid, signal.SIGCONT)
        await play.watch.passes(AWAY_S)
        if not play.bot.process.running:
            result.problems.append("the bot has ended without its Redis")
        if await _says(play, HTTPStatus.OK):
            result.problems.append("it says that it is ready without its Redis")
        await _back(play)
        await play.until_ended()
    return result


async def two_bots() -> Result:
    """Two bots on one Redis, every activity at the other one: the same is said as by one."""
    _, said = await undisturbed(SLOW)
    result = Result(fault=SLOW)
    async with opened(result.fault, result, TWO) as play, people(play):
        await play.until_ended()
        await play.watch.look()
        result.problems += [*differences(play, said), *_idle(play)]
    return result


async def one_of_two_killed() -> Result:
    """One of two is killed, again and again in turn; the other one takes over."""
    result = Result(fault=SLOW)
    async with opened(result.fault, result, TWO) as play, people(play):
        for number, after_s in enumerate(APART_S):
            if not await play.watch.passes(after_s):
                break
            victim = play.bots[number % 2]
            await victim.until_ready()
            await play.strike("bot", victim)
        await play.until_ended()
        await play.until_ready()
    return result


def _idle(play: Play) -> list[str]:
    served = play.balancer.served
    return [f"the bot at {bot.port} got nothing" for bot in play.bots if not served[bot.port]]


async def _says(play: Play, status: int) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{play.bot.url}/readyz") as response:
            return response.status == status
    except (TimeoutError, aiohttp.ClientError):
        return False


async def _gone(play: Play) -> None:
    if play.server is not None:
        await play.server.kill()


async def _back(play: Play) -> None:
    if play.server is not None:
        await play.server.start()
