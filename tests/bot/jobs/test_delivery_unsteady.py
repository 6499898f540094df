"""The whole way out over real HTTP, to a Teams that answers 429, 412, 502, 504 and nothing at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.channel.connector import Connector
from bot.channel.limits import limits
from bot.channel.sender import Sender
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from bot.domain.conversation import Conversation
from bot.domain.events import Tell, Urgency
from bot.state.outbox import Item
from bot.state.rates import Rates
from tests.support.rig import BANNER, CHAT, Rig, said, tapped
from tests.support.unsteady import Unsteady, unsteady
from tests.support.waiting import wait_until

SILENCE = aiohttp.ClientTimeout(total=0.1)
WANTED = "je veux parler à quelqu’un"
BOUNDS = replace(
    limits(),
    delivery=replace(limits().delivery, backoff_s=0.01),
    pace=replace(limits().pace, send=((1000, 1.0),)),
)


@asynccontextmanager
async def rig_on(redis: Redis, teams: Unsteady) -> AsyncIterator[Rig]:
    async with aiohttp.ClientSession(timeout=SILENCE) as session:
        connector = Connector(session, StaticToken(), TrustedHosts(loopback=True))
        yield Rig(redis, sender=Sender(connector, bounds=BOUNDS, rates=Rates(redis)))


async def drain(rig: Rig) -> None:
    """Time flies until nothing waits any more."""

    async def empty() -> bool:
        rig.clock.forward(1)
        await rig.hurry()
        return not await rig.queued()

    async with rig.running():
        await wait_until(empty, "everything is delivered", timeout_s=30)


def talks(teams: Unsteady) -> list[Conversation]:
    return [replace(CHAT, id=f"a:{n}", service_url=teams.url) for n in range(4)]


def sentence(talk: Conversation, n: int) -> Item:
    """The n-th sentence to a conversation; every second one is vital."""
    urgency: Urgency = "vital" if n % 2 else "normal"
    effect = Tell(to="employee", text=f"{talk.id}/{n:02}", urgency=urgency)
    return Item(id=f"{talk.id}/{n}", queue=talk.id, effect=effect, conversation=talk)


@pytest.mark.parametrize("seed", range(3))
async def test_bad_day_loses_and_doubles_nothing_knowable(redis: Redis, seed: int) -> None:
    async with unsteady(seed) as teams, rig_on(redis, teams) as rig:
        items = [sentence(talk, n) for talk in talks(teams) for n in range(16)]
        await rig.outbox.put(items)
        await drain(rig)
    counted = Counter(words for _, words in teams.taken)
    for item in items:
        assert isinstance(item.effect, Tell)
        words, doubts = item.effect.text, teams.doubted[item.effect.text]
        if item.effect.urgency == "vital":
            assert 1 <= counted[words] <= 1 + doubts, words
        else:
            assert counted[words] == 1 if not doubts else counted[words] <= 1, words
    assert min(teams.moods[mood] for mood in ("429", "412", "502", "504", "silence")) > 0


@pytest.mark.parametrize("seed", range(3))
async def test_bad_day_keeps_the_order(redis: Redis, seed: int) -> None:
    async with unsteady(seed) as teams, rig_on(redis, teams) as rig:
        await rig.outbox.put([sentence(talk, n) for talk in talks(teams) for n in range(16)])
        await drain(rig)
        for talk in talks(teams):
            arrived = [words for place, words in teams.taken if place == talk.id]
            assert arrived == sorted(arrived)


@pytest.mark.parametrize("seed", range(4))
async def test_bad_day_of_a_case(redis: Redis, seed: int) -> None:
    """Safety notice, question, hand-over and triage card arrive, and all cards end as the case is."""
    async with unsteady(seed) as teams, rig_on(redis, teams) as rig:
        chat = replace(CHAT, service_url=teams.url)
        await rig.desk.receive(said(BANNER, conversation=chat))
        offered = (await rig.case()).offer()
        assert offered is not None
        slot = f"intake:{offered.n}"
        await drain(rig)
        assert {"safety", slot} <= {words for _, words in teams.taken}
        tap = tapped("start", nonce=offered.nonce, values={"site": "lyon"}, conversation=chat)
        await rig.desk.receive(tap)
        await rig.desk.receive(said(WANTED, "3", conversation=chat))
        await drain(rig)
        case = await rig.case()
        placed = await rig.placements.all(case.id)
        assert {"safety", slot, "triage"} <= set(placed)
        assert teams.shown[placed[slot].activity] == f"{slot} answered"
        counted = Counter(words for _, words in teams.taken)
        for words in ("safety", slot, "triage"):
            assert 1 <= counted[words] <= 1 + teams.doubted[words], words


async def test_bad_day_of_two_processes(redis: Redis) -> None:
    """Two processes share the queues, and one dies again and again."""
    async with unsteady(9) as teams, rig_on(redis, teams) as rig, rig_on(redis, teams) as other:
        items = [sentence(talk, n) for talk in talks(teams) for n in range(8)]
        await rig.outbox.put(items)
        for _ in range(6):
            async with other.running():
                await wait_until(lambda: len(teams.taken) >= 0, "it runs")
                await rig.hurry()
        await drain(rig)
    arrived = {words for _, words in teams.taken}
    vital = {i.effect.text for i in items if isinstance(i.effect, Tell) and i.effect.urgency == "vital"}
    assert vital <= arrived
