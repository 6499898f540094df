"""The site's DNS resolver (RFC 1035) over UDP and TCP, with the ways in which one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

DnsFault = Literal["ok", "servfail", "nxdomain", "refused", "hijacked", "silent", "slow"]

HONEST_ADDRESS: Final = "127.0.0.1"
REFERENCE_ADDRESS: Final = "127.0.0.2"
REFERENCE_NAMES: Final = frozenset({"stun.azure.com"})
"""A server outside Microsoft's ranges, so that a firewall can block the one and not the other."""
HIJACKED_ADDRESS: Final = "127.66.6.6"
SLOW_S: Final = 1.5
DOMAINS: Final = (
    "microsoft.com",
    "cloud.microsoft",
    "microsoftonline.com",
    "microsoft365.com",
    "office.com",
    "office.net",
    "skype.com",
    "lync.com",
    "windows.com",
    "windows.net",
    "azure.com",
    "msftauth.net",
    "msauth.net",
    "digicert.com",
    "msocsp.com",
    "aka.ms",
    "l.google.com",
    "cloudflare.com",
    "ntp.org",
)

_TTL_S: Final = 30
_RCODES: Final = {
    "servfail": dns.rcode.SERVFAIL,
    "nxdomain": dns.rcode.NXDOMAIN,
    "refused": dns.rcode.REFUSED,
}


def known(name: str) -> bool:
    """True when the simulated Internet has that name."""
    plain = name.rstrip(".").lower()
    return any(plain == domain or plain.endswith(f".{domain}") for domain in DOMAINS)


def address_of(name: str) -> str:
    """Where the simulated Internet has that name."""
    return REFERENCE_ADDRESS if name.rstrip(".").lower() in REFERENCE_NAMES else HONEST_ADDRESS


def answer(wire: bytes, fault: DnsFault = "ok") -> bytes | None:
    """The reply to one query; None when there is to be none (silence, or no DNS query at all)."""
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    if fault == "silent" or not query.question or query.flags & dns.flags.QR:
        return None
    response = dns.message.make_response(query, recursion_available=True)
    question = query.question[0]
    if fault in _RCODES:
        response.set_rcode(_RCODES[fault])
    elif fault != "hijacked" and not known(question.name.to_text()):
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif question.rdtype == dns.rdatatype.A:
        address = HIJACKED_ADDRESS if fault == "hijacked" else address_of(question.name.to_text())
        response.answer.append(dns.rrset.from_text(question.name, _TTL_S, "IN", "A", address))
    return response.to_wire()


class NameServer(asyncio.DatagramProtocol):
    """A resolver on one loopback port; `fault` is asked at every query."""

    def __init__(self, fault: Callable[[], DnsFault]) -> None:
        self._fault = fault
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self) -> None:
        """Listens on one port for both transports, chosen by the system."""
        self._tcp = await asyncio.start_server(self._serve, HONEST_ADDRESS, 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, (HONEST_ADDRESS, self.port))

    async def close(self) -> None:
        """Stops listening."""
        if self._udp is not None:
            self._udp.close()
        if self._tcp is not None:
            self._tcp.close()
        for writer in self._writers:
            writer.close()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Keeps the UDP socket (asyncio's own type is the wider `BaseTransport`)."""
        self._udp = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answers one query over UDP."""
        reply = answer(data, self._fault())
        if reply is None:
            return
        delay = SLOW_S if self._fault() == "slow" else 0.0
        asyncio.get_running_loop().call_later(delay, self._send, reply, addr)

    def _send(self, reply: bytes, addr: tuple[str, int]) -> None:
        if self._udp is not None and not self._udp.is_closing():
            self._udp.sendto(reply, addr)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                reply = answer(await reader.readexactly(length), self._fault())
                if reply is None:
                    continue
                await asyncio.sleep(SLOW_S if self._fault() == "slow" else 0)
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
