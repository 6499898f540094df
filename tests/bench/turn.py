"""What a turn of the product itself costs: token verified, Redis, a card, and no call but its own reply.

The real `serve` with its embedded Redis, against the simulated Teams, login and Graph, which count.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median, quantiles

from bot.simulator.client import TeamsClient
from bot.simulator.rooms import Member
from bot.simulator.stage import Stage, bot_running

PEOPLE, MESSAGES, WARM_UP = 8, 24, 2


class Counts:
    """What the bot has asked of the world so far."""

    def __init__(self, stage: Stage) -> None:
        self.connector = sum(path.startswith("/emea") for _, path in stage.channel.calls)
        self.keys = sum(path.startswith("/v1") for _, path in stage.channel.calls)
        self.connections = len(stage.channel.connections)
        self.logins = stage.login.issued
        self.graph = len(stage.graph.requests)

    def since(self, before: Counts) -> dict[str, int]:
        """What was asked between two looks."""
        return {name: value - vars(before)[name] for name, value in vars(self).items()}


async def _talk(client: TeamsClient, times: int) -> list[float]:
    loop, took = asyncio.get_running_loop(), []
    for _ in range(times):
        began = loop.time()
        reply = await client.say("aide")
        assert reply.status == 200, reply
        took.append(loop.time() - began)
    return took


async def _answered(stage: Stage, count: int, before: Counts) -> None:
    async with asyncio.timeout(60):
        while Counts(stage).connector - before.connector < count:
            await stage.channel.rooms.changed(len(stage.channel.rooms.journal), within=0.5)


def _clients(stage: Stage, url: str) -> list[TeamsClient]:
    rooms = stage.channel.rooms
    people = [Member(id=f"29:bench-{i}", aad=f"bench-{i}", name=f"Bench {i}", upn="") for i in range(PEOPLE)]
    return [
        TeamsClient(stage.channel, person, rooms.open(f"a:{person.aad}", "personal", person), url)
        for person in people
    ]


async def measure() -> tuple[list[float], dict[str, int]]:
    """Seconds that each turn took to be acknowledged, and what the turns asked of the world."""
    with tempfile.TemporaryDirectory(prefix="decroche-bench-") as folder:
        stage = Stage("network.dns", "fr", Path(folder))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(stage.running())
            clients = _clients(stage, await stack.enter_async_context(bot_running(stage)))
            start = Counts(stage)
            await asyncio.gather(*(_talk(client, WARM_UP) for client in clients))
            await _answered(stage, PEOPLE * WARM_UP, start)
            before = Counts(stage)
            took = await asyncio.gather(*(_talk(client, MESSAGES) for client in clients))
            await _answered(stage, PEOPLE * MESSAGES, before)
            return [one for some in took for one in some], Counts(stage).since(before)


def main() -> int:
    """Prints the figures; 1 when a turn cost anything but its reply."""
    took, asked = asyncio.run(measure())
    p95 = quantiles(took, n=20)[-1]
    print(
        f"turn: {len(took)} turns of {PEOPLE} people, acknowledged in {1000 * median(took):.0f} ms (median), "
        f"{1000 * p95:.0f} ms (95 %)",
        f"turn: {asked['connector']} connector calls for {len(took)} replies, {asked['connections']} new connections, "
        f"{asked['logins']} logins, {asked['keys']} key fetches, {asked['graph']} Graph calls",
        sep="\n",
    )
    extra = asked["logins"] + asked["keys"] + asked["graph"] + (asked["connector"] - len(took))
    return 0 if extra == 0 and asked["connections"] <= PEOPLE else 1
