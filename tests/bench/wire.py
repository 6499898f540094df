"""A load generator and a connector that cost next to nothing, so that the bot under test is what is measured."""

from __future__ import annotations

import asyncio
from typing import Final

_ACCEPTED: Final = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"id":"1"}'
)


def _message_end(data: bytes | bytearray) -> int:
    """Where the first whole HTTP message ends; 0 while it is incomplete. Chunked bodies do not occur."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return 0
    head = bytes(data[:head_end]).lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    end = head_end + 4 + length
    return end if len(data) >= end else 0


class _ConnectorPeer(asyncio.Protocol):
    def __init__(self, counts: Connector) -> None:
        self._counts = counts
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._counts.connections += 1

    def data_received(self, data: bytes) -> None:
        self._data += data
        while end := _message_end(self._data):
            self._counts.activities += b"echo: " in self._data[:end]
            del self._data[:end]
            self._transport.write(_ACCEPTED)


class Connector:
    """Takes every activity; counts activities and the connections they came over."""

    def __init__(self) -> None:
        self.connections = 0
        self.activities = 0
        self.url = ""

    async def start(self) -> asyncio.Server:
        """Listens on a free port."""
        server = await asyncio.get_running_loop().create_server(lambda: _ConnectorPeer(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server


async def _client(port: int, request: bytes, turns: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = bytearray()
    for _ in range(turns):
        writer.write(request)
        while not (end := _message_end(data)):
            if not (chunk := await reader.read(65536)):
                raise ConnectionError("the bot hung up")
            data += chunk
        if not data.startswith(b"HTTP/1.1 20"):
            raise AssertionError(bytes(data[:200]))
        del data[:end]
    writer.close()


async def load(port: int, request: bytes, turns: int, clients: int) -> float:
    """Sends `turns` requests over `clients` kept connections; gives turns per second."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(port, request, turns // clients))
    return turns / (loop.time() - began)
