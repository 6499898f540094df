"""Other ways in which things go wrong, each a case of its own."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from bot.domain.case import Said
from bot.simulator.client import TeamsClient
from bot.simulator.processes import STOP_S
from bot.simulator.rooms import Happening
from bot.simulator.stage import runner_running
from tests.chaos.aof import damage
from tests.chaos.deeds import change_with_two_keys, file_given, ordered_in_thread
from tests.chaos.judge import posts
from tests.chaos.outages import one_of_two_killed, redis_gone_for_long, started_without_redis, two_bots
from tests.chaos.play import CASE_S, LOOK_S, Play, Result, opened, people
from tests.chaos.system import orphans, servers, supervisors, tell
from tests.support.waiting import becomes

SLOW: Final = "network.dns/silent"
WORDS: Final = "Bonjour, mon téléphone affiche « No internet. Emergency calls aren't supported »."
LONG_S: Final = 3.0
POSTS: Final = (2, 4, 6, 9, 11)
VITAL: Final = frozenset({"safety", "triage", "handover", "bundle"})
STOPS_S: Final = (0.4, 1.5, 3.0, 1.0)


async def same_activity_thrice() -> Result:
    """The same activity posted three times at once makes one case and one answer; so does a tap."""
    result = Result(fault="licence.missing")
    async with opened(result.fault, result) as play:
        client = _employee(play)
        await client.say(WORDS, times=3)
        await becomes(lambda: len(play.watch.now.placements) == 2 and not play.watch.now.waiting, CASE_S)
        case = play.watch.now.case
        said = len(list(case.all(Said))) if case else 0
        if (said, len(posts(play.stage))) != (1, 2):
            result.problems.append(f"heard {said} times, answered with {len(posts(play.stage))} cards")
        employee = play.stage.employee_at(play.bot.url)
        offer = next(iter(employee.offers()))
        if move := employee.decide(offer):
            await client.tap(offer.post, move.button, move.inputs, times=3)
        async with people(play, report=False):
            await play.until_ended()
    return result


async def said_while_away() -> Result:
    """What is said while the bot is dead is heard once, as soon as it is back."""
    result = Result(fault="network.dns")
    async with opened(result.fault, result) as play:
        await play.bot.kill("bot and Redis")
        saying = asyncio.create_task(_employee(play).say(WORDS, times=2))
        if await becomes(saying.done, 0.5):
            result.problems.append("a dead bot has answered")
        await play.bot.start()
        await saying
        async with people(play, report=False):
            await play.until_ended()
    return result


async def killed_for_long() -> Result:
    """Some time after the bot was killed its Redis has ended too; with both back, the case goes on."""
    result = Result(fault=SLOW)
    async with opened(result.fault, result) as play, people(play):
        await play.watch.until_probing()
        await play.watch.passes(1.0)
        await play.bot.kill("bot")
        if left := await orphans(play.bot.data, LONG_S):
            result.problems.append(f"still alive {LONG_S} s after the bot was killed: {left}")
        if harm := damage(play.bot.data):
            result.problems.append(harm)
        await play.bot.start()
        await play.bot.until_ready()
        await play.until_ended()
    return result


async def killed_while_sending() -> Result:
    """The bot dies just when Teams has taken a message and not said so: only a vital one comes twice.

    Where the others stand is learnt when somebody answers them.
    """
    result = Result(fault="licence.missing")
    async with opened(result.fault, result) as play:
        arrived = _stopping_at(play, POSTS)
        async with people(play):
            for _ in POSTS:
                await asyncio.wait([asyncio.create_task(arrived.wait())], timeout=CASE_S)
                arrived.clear()
                await play.strike("bot")
            await play.until_ended()
    if len(result.fates) != len(POSTS):
        result.problems.append(f"{len(result.fates)} messages in doubt instead of {len(POSTS)}")
    for fate in result.fates:
        vital = any(f"card {slot}:" in fate for slot in VITAL)
        if f"it stands {2 if vital else 1} times" not in fate:
            result.problems.append(f"not as it should be: {fate}")
    return result


def _stopping_at(play: Play, numbers: Collection[int]) -> asyncio.Event:
    """Stops the bot dead at its n-th message, when that stands in Teams and no answer was given."""
    arrived, count = asyncio.Event(), itertools.count(1)

    def stop(happening: Happening) -> None:
        if happening.kind == "posted" and next(count) in numbers:
            tell(play.bot.process.pid, signal.SIGSTOP)
            arrived.set()

    play.stage.channel.rooms.observers.append(stop)
    return arrived


async def stopped_in_order() -> Result:
    """SIGTERM, again and again in the middle of a case, loses and doubles nothing at all."""
    result = Result(fault=SLOW)
    async with opened(result.fault, result) as play, people(play):
        for after_s in STOPS_S:
            await play.bot.until_ready()
            if not await play.watch.passes(after_s):
                break
            took_s = await play.bot.stop()
            if took_s > STOP_S / 2:
                result.problems.append(f"it took {took_s:.1f} s to stop")
            await play.bot.start()
        await play.bot.until_ready()
        await play.until_ended()
    return result


async def runner_killed_at_work() -> Result:
    """The runner dies while it measures; its successor takes the job, and the case is answered."""
    result = Result(fault=SLOW)
    async with opened(result.fault, result) as play, people(play):
        await play.watch.until_probing()
        await play.watch.passes(1.0)
        if not play.watch.now.probing:
            result.problems.append("the runner had finished already")
        await play.kill_runner()
        async with runner_running(play.stage, play.bot.url):
            await play.until_ended()
    return result


async def redis_killed_alone() -> Result:
    """The embedded server dies, then its supervisor; both are started again under a bot that goes on."""
    result = Result(fault=SLOW)
    async with opened(result.fault, result) as play, people(play):
        await play.watch.until_probing()
        for what in ("server", "supervisor"):
            await play.watch.passes(1.0)
            if not await _revived(play, what):
                result.problems.append(f"nobody started the {what} again")
        await play.until_ended()
    return result


async def _revived(play: Play, what: str) -> bool:
    """Kills the server, or its supervisor (with which it dies), and waits for another."""
    above = set(supervisors(play.bot.data))
    dead = above if what == "supervisor" else set(servers(play.bot.data)) - above
    for pid in dead:
        tell(pid, signal.SIGKILL)

    def another() -> bool:
        alive = set(servers(play.bot.data))
        return len(alive) == 2 and not alive & dead

    return await becomes(another, 10.0, LOOK_S)


def _employee(play: Play) -> TeamsClient:
    return play.stage.client(play.stage.employee, play.bot.url)


SCENARIOS: Final[dict[str, Callable[[], Awaitable[Result]]]] = {
    "same-activity-thrice": same_activity_thrice,
    "said-while-away": said_while_away,
    "killed-for-long": killed_for_long,
    "killed-while-sending": killed_while_sending,
    "stopped-in-order": stopped_in_order,
    "runner-killed-at-work": runner_killed_at_work,
    "redis-killed-alone": redis_killed_alone,
    "started-without-redis": started_without_redis,
    "redis-gone-for-long": redis_gone_for_long,
    "two-bots": two_bots,
    "one-of-two-killed": one_of_two_killed,
    "change-with-two-keys": change_with_two_keys,
    "file-given": file_given,
    "ordered-in-thread": ordered_in_thread,
}
