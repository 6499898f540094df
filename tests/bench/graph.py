"""How long one person's facts take, with a Microsoft Graph that needs 100 ms for every call."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from bot.graph.client import GraphClient, connect
from bot.graph.lookup import account_and_licences, look_up
from tests.support.tenant import CAMILLE, Tenant, running_tenant

LATENCY: Final = timedelta(milliseconds=100)
TARGET_MS: Final = 250.0
REQUESTS: Final = 2
TIMES: Final = 9

Ask = Callable[[GraphClient], Awaitable[object]]


class Figure(msgspec.Struct, frozen=True):
    """Requests and milliseconds of one look-up, the one in the middle."""

    requests: int
    ms: float


async def measure(tenant: Tenant, ask: Ask) -> Figure:
    """Asks again and again with a client that has its token and connection, as the bot does all day."""
    times, before = [], 0
    for _ in range(TIMES):
        graph = connect(tenant.settings())
        await graph.get("/subscribedSkus")
        before = len(tenant.graph.requests)
        began = time.perf_counter()
        await ask(graph)
        times.append(1000 * (time.perf_counter() - began))
        await graph.close()
    return Figure(len(tenant.graph.requests) - before, statistics.median(times))


async def figures() -> dict[str, Figure]:
    """Every figure, by what it is of."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_tenant(Path(folder)) as tenant:
            tenant.graph.latency = LATENCY
            person = tenant.camille.id
            asks: dict[str, Ask] = {
                "account and licences": lambda graph: account_and_licences(graph, CAMILLE),
                "every fact, by object id": lambda graph: look_up(graph, person),
                "every fact, by name": lambda graph: look_up(graph, CAMILLE),
            }
            return {name: await measure(tenant, ask) for name, ask in asks.items()}


def main() -> int:
    """Prints the figures; 1 when account and licences cost more than was promised."""
    found = asyncio.run(figures())
    for name, figure in found.items():
        print(f"{name}: {figure.requests} requests, {figure.ms:.0f} ms (100 ms a call)")
    promised = found["account and licences"]
    return int(promised.requests > REQUESTS or promised.ms > TARGET_MS)
