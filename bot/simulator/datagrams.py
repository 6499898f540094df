"""The UDP services that a phone needs: Microsoft's media relay (STUN) and a time server (SNTP)."""

from __future__ import annotations

import asyncio
import itertools
import struct
import time
from collections.abc import Callable
from typing import Final, Literal

from aioice import stun

StunFault = Literal["ok", "silent", "filtered", "lossy", "jittery"]
NtpFault = Literal["ok", "silent", "offset", "unsynchronised"]
Address = tuple[str, int]

LOST_ONE_IN: Final = 5
JITTER_S: Final = (0.0, 0.12, 0.02, 0.08)

_NTP_EPOCH_S: Final = 2_208_988_800
_NTP_LENGTH: Final = 48
_CLIENT_MODE: Final = 3
_SERVER_MODE: Final = 4
_ALARM: Final = 3


def binding_answer(data: bytes, sender: Address) -> bytes | None:
    """The success response to a STUN binding request (RFC 8489 §6.3.1); None for anything else."""
    try:
        request = stun.parse_message(data)
    except ValueError:
        return None
    if (request.message_method, request.message_class) != (stun.Method.BINDING, stun.Class.REQUEST):
        return None
    response = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=request.transaction_id,
        attributes={"XOR-MAPPED-ADDRESS": sender},
    )
    return bytes(response)


def _timestamp(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("!II", (whole + _NTP_EPOCH_S) % 2**32, int((seconds - whole) * 2**32))


def time_answer(data: bytes, now: float, *, synchronised: bool = True) -> bytes | None:
    """The reply of a time server that believes it is `now` (Unix seconds); RFC 4330 §4.

    None when `data` is no client request.
    """
    if len(data) < _NTP_LENGTH or data[0] & 0b111 != _CLIENT_MODE:
        return None
    version = data[0] >> 3 & 0b111
    leap, stratum = (0, 2) if synchronised else (_ALARM, 16)
    header = struct.pack(
        "!BBbbII4s",
        leap << 6 | version << 3 | _SERVER_MODE,
        stratum,
        data[2] if data[2] < 128 else 6,
        -20,
        1 << 12,
        1 << 10,
        b"\x0a\x14\x00\x01",
    )
    originate = data[40:48]
    return header + _timestamp(now - 17) + originate + _timestamp(now) + _timestamp(now)


class DatagramService(asyncio.DatagramProtocol):
    """Answers each datagram with what `reply` says, `delay` seconds later, on a loopback port."""

    def __init__(
        self, reply: Callable[[bytes, Address], bytes | None], delay: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._reply = reply
        self._delay = delay
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    async def start(self, address: str = "127.0.0.1", port: int = 0) -> None:
        """Listens; the system chooses the port unless one is given."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, (address, port))
        self.port = transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        """Stops listening."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Keeps the socket (asyncio's own type is the wider `BaseTransport`)."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Answers one datagram, or not."""
        reply = self._reply(data, addr)
        if reply is not None:
            asyncio.get_running_loop().call_later(self._delay(), self._send, reply, addr)

    def _send(self, reply: bytes, addr: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(reply, addr)


def stun_service(fault: Callable[[], StunFault]) -> DatagramService:
    """A media relay's STUN port.

    `silent` when a firewall drops UDP 3478, `filtered` when it drops this destination only; `lossy` loses
    every fifth packet, `jittery` delays them unevenly.
    """
    turn = itertools.count(1)

    def reply(data: bytes, sender: Address) -> bytes | None:
        lost = fault() in {"silent", "filtered"} or (fault() == "lossy" and next(turn) % LOST_ONE_IN == 0)
        return None if lost else binding_answer(data, sender)

    def delay() -> float:
        return JITTER_S[next(turn) % len(JITTER_S)] if fault() == "jittery" else 0.0

    return DatagramService(reply, delay)


def ntp_service(fault: Callable[[], NtpFault], offset_s: Callable[[], float]) -> DatagramService:
    """A time server; `offset_s` counts only while the fault is `offset`."""

    def reply(data: bytes, _sender: Address) -> bytes | None:
        if fault() == "silent":
            return None
        wrong_by = offset_s() if fault() == "offset" else 0.0
        return time_answer(data, time.time() + wrong_by, synchronised=fault() != "unsynchronised")

    return DatagramService(reply)
