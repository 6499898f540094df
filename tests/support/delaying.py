"""A UDP server behind a bad path: each answer is late, or lost, as told by its number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from tests.support.netservers import HOST, Reply

Delay = Callable[[int], float | None]
"""Seconds to wait with the answer to datagram number n, or None to lose it."""


class _Late(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply, delay: Delay) -> None:
        self._reply, self._delay, self._number = reply, delay, -1
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self._number += 1
        answer, delay = self._reply(data), self._delay(self._number)
        if answer is not None and delay is not None:
            asyncio.get_running_loop().call_later(delay, self._send, answer, addr)

    def _send(self, answer: bytes, addr: tuple[str | int, ...]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def delayed_udp(reply: Reply, delay: Delay) -> AsyncIterator[int]:
    """Answers every datagram, in its own time; gives the port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Late(reply, delay), (HOST, 0))
    try:
        yield int(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()
