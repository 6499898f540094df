"""Small real servers on loopback for the probers: each says what it is told to say, faults included."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from ssl import SSLContext
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import ntplib
from aioice import stun

HOST = "127.0.0.1"

Reply = Callable[[bytes], bytes | None]
Stream = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        answer = self._reply(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def udp(reply: Reply, port: int = 0) -> AsyncIterator[int]:
    """Answers every datagram with what `reply` makes of it; None is silence. Gives the port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(reply), (HOST, port))
    try:
        yield int(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


@asynccontextmanager
async def tcp(serve: Stream, ssl: SSLContext | None = None) -> AsyncIterator[int]:
    """Serves every connection with `serve`; gives the port."""
    open_now: set[asyncio.BaseTransport] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.transport.abort()

    class Kept(asyncio.StreamReaderProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            open_now.add(transport)
            super().connection_made(transport)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Kept(asyncio.StreamReader(), one), HOST, 0, ssl=ssl)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for _ in range(5):  # connections that the kernel has accepted become transports
            await asyncio.sleep(0)
        for transport in open_now:
            cast("asyncio.Transport", transport).abort()
        await asyncio.sleep(0)


async def stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says nothing until the client goes."""
    await reader.read()
    writer.close()


async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Resets the connection at once."""
    del reader
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cut_on_data(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Resets the connection as soon as the client speaks, as a filter by name does."""
    await reader.read(1)
    await cut(reader, writer)


def speak(answer: bytes) -> Stream:
    """Waits for a first line and gives a fixed answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        await writer.drain()
        writer.close()

    return serve


def http(status: str, body: str = "", **headers: str) -> Stream:
    """An HTTP server with one fixed answer."""
    told = {**headers, "Content-Length": str(len(body.encode())), "Connection": "close"}
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {text}" for name, text in told.items())]
    return speak(("\r\n".join(lines) + "\r\n\r\n" + body).encode())


def free_port() -> int:
    """A port on which nothing listens, TCP or UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


@contextmanager
def black_hole() -> Iterator[int]:
    """A port that drops connection attempts: its backlog is full, so the kernel ignores every SYN."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        try:
            yield int(listener.getsockname()[1])
        finally:
            for sock in waiting:
                sock.close()


class Names:
    """A name server: `addresses` by name, everything else NXDOMAIN; `rcode` spoils every answer."""

    def __init__(self, addresses: dict[str, str] | None = None) -> None:
        self.addresses = addresses or {}
        self.aliases: dict[str, str] = {}
        self.rcode = dns.rcode.NOERROR
        self.silent = False
        self.garbage = False
        self.truncated = False
        self.asked = 0

    def reply(self, wire: bytes) -> bytes | None:
        self.asked += 1
        if self.silent:
            return None
        if self.garbage:
            return b"\x00" * 7
        answer = self._answer(dns.message.from_wire(wire))
        if self.truncated:
            answer.answer.clear()
            answer.flags |= dns.flags.TC
        return answer.to_wire()

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        asked = question.name.to_text(omit_final_dot=True).lower()
        name = self.aliases.get(asked, asked)
        if name != asked:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", "CNAME", f"{name}."))
        found = self.addresses.get(name)
        if self.rcode != dns.rcode.NOERROR or found is None:
            response.set_rcode(self.rcode or dns.rcode.NXDOMAIN)
        elif found and question.rdtype == (dns.rdatatype.AAAA if ":" in found else dns.rdatatype.A):
            owner = f"{name}." if name != asked else question.name
            response.answer.append(dns.rrset.from_text(owner, 60, "IN", question.rdtype, *found.split()))
        return response

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """DNS over TCP (RFC 1035 section 4.2.2), where nothing is truncated."""
        size = struct.unpack("!H", await reader.readexactly(2))[0]
        answer = self._answer(dns.message.from_wire(await reader.readexactly(size))).to_wire()
        writer.write(struct.pack("!H", len(answer)) + answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def resolver(names: Names) -> AsyncIterator[str]:
    """`IP:PORT` of a name server, over UDP and TCP."""
    async with tcp(names.serve) as port, udp(names.reply, port):
        yield f"{HOST}:{port}"


def stun_reply(data: bytes) -> bytes:
    """A good answer to a Binding request."""
    request = stun.parse_message(data)
    return bytes(
        stun.Message(
            stun.Method.BINDING,
            stun.Class.RESPONSE,
            request.transaction_id,
            {"XOR-MAPPED-ADDRESS": ("198.51.100.7", 40404)},
        )
    )


def stun_refusal(data: bytes) -> bytes:
    """« 401 Unauthenticated », as a relay may answer a stranger."""
    request = stun.parse_message(data)
    error = {"ERROR-CODE": (401, "Unauthenticated")}
    return bytes(stun.Message(stun.Method.BINDING, stun.Class.ERROR, request.transaction_id, error))


def silence(data: bytes) -> None:
    """Nothing."""
    del data


def ntp_reply(
    offset_s: float = 0.0, *, leap: int = 0, stratum: int = 2, mode: int = 4, ref_id: int = 0x7F000001
) -> Reply:
    """A time server whose clock is `offset_s` ahead."""

    def reply(data: bytes) -> bytes:
        stamp = _seconds(time.time() + offset_s)
        first = leap << 6 | 4 << 3 | mode
        head = struct.pack("!BBbbIII", first, stratum, 6, -20, 0, 0x0000_0800, ref_id)
        return head + stamp + data[40:48] + stamp + stamp

    return reply


def _seconds(unix: float) -> bytes:
    whole, fraction = divmod(unix + ntplib.NTP.NTP_DELTA, 1)
    return struct.pack("!II", int(whole), int(fraction * 2**32))
