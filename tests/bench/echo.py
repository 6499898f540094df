"""A bare echo on this project's channel against the SDK's own CloudAdapter.

Same load, same token, one run, alternating rounds; each bot in a process of its own. Both verify an
RS256 token at every turn and have their outgoing token ready.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from tests.bench.wire import Connector, load
from tests.support.activities import message
from tests.support.signing import claims, key_server, sign

ROUNDS, TURNS, CLIENTS, WARM_UP = 3, 400, 8, 40
TARGET = 8.0


class Side:
    """One of the two bots: its port, its rounds in turns/s, its connections to the connector."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.rounds: list[float] = []
        self.connections = self.turns = 0

    async def run(self, request: bytes, connector: Connector, turns: int) -> float:
        """Sends `turns` messages; gives turns per second."""
        before, taken = connector.connections, connector.activities
        speed = await load(self.port, request, turns, CLIENTS)
        self.connections += connector.connections - before
        self.turns += turns
        assert connector.activities - taken == turns, "an echo was lost"
        return speed

    def __str__(self) -> str:
        shown = " ".join(f"{speed:.0f}" for speed in self.rounds)
        per_600 = self.connections * 600 / self.turns
        return (
            f"{self.name:6} {median(self.rounds):7.0f} turns/s  (rounds: {shown})  "
            f"{per_600:.0f} connections opened per 600 turns"
        )


@asynccontextmanager
async def running(kind: str, metadata_url: str, host: str) -> AsyncIterator[Side]:
    """A bot in a process of its own, ended with its standard input."""
    module = ("-m", "tests.bench.echo_bot", kind, metadata_url, host)
    process: Process = await asyncio.create_subprocess_exec(sys.executable, *module, stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Side(kind, int(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


def request_to(service_url: str) -> bytes:
    """The message that is sent over and over."""
    body = json.dumps(message(service_url)).encode()
    head = (
        "POST /api/messages HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {sign(claims(service_url))}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def measure() -> tuple[Side, Side]:
    """Ours and the stock SDK's."""
    connector = Connector()
    async with key_server() as keys, await connector.start():
        host = connector.url.removeprefix("http://")
        request = request_to(connector.url)
        async with (
            running("ours", keys.metadata_url, host) as ours,
            running("stock", keys.metadata_url, host) as stock,
        ):
            for side in (ours, stock):
                await side.run(request, connector, WARM_UP)
            for _ in range(ROUNDS):
                for side in (stock, ours):
                    side.rounds.append(await side.run(request, connector, TURNS))
    return ours, stock


def main() -> int:
    """Prints both sides and their ratio; 1 below the target."""
    ours, stock = asyncio.run(measure())
    ratio = median(ours.rounds) / median(stock.rounds)
    print(ours, stock, f"echo: {ratio:.1f} times the stock SDK (target {TARGET:.0f})", sep="\n")
    return 0 if ratio >= TARGET else 1
