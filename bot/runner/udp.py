"""One question and its answer over UDP, shared by DNS, STUN and NTP.

The socket is connected, so only the server asked can answer, and an ICMP « port unreachable » is
heard at once instead of being mistaken for silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
Judge = Callable[[bytes], T | None]


class NoReply(TimeoutError):
    """Nothing came."""


class BadReply(ValueError):
    """Something came, and none of it was an answer."""


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.items: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        del addr
        self.items.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self.items.put_nowait(exc)


async def _first_good(inbox: _Inbox, judges: Sequence[Judge[T]], until: float) -> T:
    junk = False
    try:
        async with asyncio.timeout_at(until):
            while True:
                item = await inbox.items.get()
                if isinstance(item, Exception):
                    raise item
                for judge in judges:
                    answer = judge(item)
                    if answer is not None:
                        return answer
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
            with suppress(NoReply):
                return await _first_good(inbox, judges, min(loop.time() + share * unit, deadline))
        raise NoReply
    finally:
        transport.abort()
