from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.doctor.checking import carry_out
from bot.doctor.finding import Finding, State
from bot.doctor.runners import checks
from bot.domain.site import Site
from bot.probes.queue import ProbeQueue
from bot.probes.tokens import Tokens
from bot.probes.wire import Check, Greeting, RunnerState

SITES = {"lyon": Site(id="lyon", name="Lyon")}
SICK = Greeting(ready=False, checks=(Check(name="clock", ok=False, needed=True, why="an hour off"),))


async def _look(redis: Redis, *, shared: bool = True) -> Finding:
    (finding,) = await carry_out(checks(SITES, redis, shared_token=shared))
    return finding


async def _heard(redis: Redis, *greetings: Greeting) -> None:
    queue = ProbeQueue(redis)
    for number, greeting in enumerate(greetings):
        await queue.seen_runner("lyon", f"r{number}")
        await queue.note_state("lyon", f"r{number}", RunnerState(at=datetime.now(UTC), greeting=greeting))


async def test_site_without_token_is_told_how(redis: Redis) -> None:
    finding = await _look(redis, shared=False)
    assert (finding.state, "decroche site token lyon" in finding.todo) == (State.warning, True)
    await Tokens(redis).rotate("lyon")
    assert "token" not in (await _look(redis, shared=False)).says


async def test_silent_site_is_told_how(redis: Redis) -> None:
    finding = await _look(redis)
    assert (finding.state, "--site lyon" in finding.todo) == (State.warning, True)


@pytest.mark.parametrize(
    ("greetings", "state", "words"),
    [
        ((Greeting(),), State.ok, "1 runner(s)"),
        ((SICK,), State.fails, "an hour off"),
        ((Greeting(), SICK), State.warning, "1 of 2"),
    ],
)
async def test_health_of_runners_is_told(
    redis: Redis, greetings: tuple[Greeting, ...], state: State, words: str
) -> None:
    await _heard(redis, *greetings)
    finding = await _look(redis)
    assert (finding.state, words in finding.says) == (state, True)
