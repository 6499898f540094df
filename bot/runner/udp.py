"""One question and its answer over UDP, shared by DNS, STUN and NTP.

The socket is connected, so only the server asked can answer, and an ICMP « port unreachable » is
heard at once instead of being mistaken for silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from bot.runner.trace import note

T = TypeVar("T")
Judge = Callable[[bytes], T | None]

_MOST_WAITING: Final = 64


class NoReply(TimeoutError):
    """Nothing came."""


class BadReply(ValueError):
    """Something came, and none of it was an answer."""


class _Inbox(asyncio.DatagramProtocol):
    """Keeps a few datagrams: a flood is dropped, as a full socket buffer would."""

    def __init__(self) -> None:
        self.items: asyncio.Queue[bytes | Exception] = asyncio.Queue(_MOST_WAITING)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        del addr
        self._keep(data)

    def error_received(self, exc: Exception) -> None:
        self._keep(exc)

    def _keep(self, item: bytes | Exception) -> None:
        with suppress(asyncio.QueueFull):
            self.items.put_nowait(item)


async def _first_good(inbox: _Inbox, judges: Sequence[Judge[T]], until: float) -> T:
    junk = False
    try:
        async with asyncio.timeout_at(until):
            while True:
                item = await inbox.items.get()
                if isinstance(item, Exception):
                    note(f"refused: {item}")
                    raise item
                for judge in judges:
                    answer = judge(item)
                    if answer is not None:
                        note(f"{len(item)} bytes received")
                        return answer
                note(f"{len(item)} bytes received, no answer to us")
                junk = True
    except TimeoutError as exc:
        raise (BadReply if junk else NoReply) from exc


async def ask_thrice(
    address: str, port: int, prepare: Callable[[], tuple[bytes, Judge[T]]], deadline: float
) -> T:
    """Asks up to three times, waiting twice as long each time (RFC 8489 section 6.2.1).

    `prepare` makes each request anew, with the judge of its replies (None: not an answer); a late answer to an
    earlier one still counts. `deadline` is a time of the running loop.
    Raises `NoReply`, `BadReply`, or `OSError` as the network says.
    """
    loop = asyncio.get_running_loop()
    unit = max(deadline - loop.time(), 0) / 7
    judges: list[Judge[T]] = []
    transport, inbox = await loop.create_datagram_endpoint(_Inbox, remote_addr=(address, port))
    try:
        for share in (1, 2, 4):
            request, judge = prepare()
            judges.append(judge)
            transport.sendto(request)
            note(f"{len(request)} bytes sent to {address} port {port}, UDP, try {len(judges)}")
            with suppress(NoReply):
                return await _first_good(inbox, judges, min(loop.time() + share * unit, deadline))
        note("no reply")
        raise NoReply
    finally:
        transport.abort()
