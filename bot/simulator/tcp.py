"""A TCP port that a firewall can stand in front of.

What a client meets is made by the kernel, not acted out: a port that resets is bound and not
listening, a silent one has a full backlog, so that the kernel drops every SYN and the client runs
into its own time limit.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final, Literal

TcpFault = Literal["ok", "reset", "broken", "silent"]

ADDRESS: Final = "127.0.0.1"
_ABORT_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class TcpPort:
    """One loopback port; `serve` takes over each accepted connection.

    Faults: `reset` answers a SYN with RST (a client sees its connection refused); `silent` drops
    every SYN (needs Linux); `broken` lets
    the connection come about and breaks it at the first bytes, as a middlebox does that dislikes
    what it reads (so only what runs over TCP fails, not the connection itself).
    """

    def __init__(self, serve: Callable[[socket.socket], Awaitable[None]]) -> None:
        self._serve = serve
        self._fault: TcpFault = "ok"
        self._socket: socket.socket | None = None
        self._fillers: list[socket.socket] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    def start(self) -> None:
        """Binds a port chosen by the system."""
        self._bind()

    async def close(self) -> None:
        """Frees the port and ends its connections."""
        self._unbind()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def fault(self) -> TcpFault:
        """What stands in the way now."""
        return self._fault

    @fault.setter
    def fault(self, fault: TcpFault) -> None:
        if fault == self._fault:
            return
        self._fault = fault
        if self._socket is not None:
            self._unbind()
            self._bind()

    def _bind(self) -> None:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setblocking(False)
        bound.bind((ADDRESS, self.port))
        self.port = bound.getsockname()[1]
        self._socket = bound
        if self._fault == "silent":
            bound.listen(0)
            self._fill_backlog()
        elif self._fault != "reset":
            bound.listen(128)
            asyncio.get_running_loop().add_reader(bound, self._accept, bound)

    def _unbind(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        while self._fillers:
            self._fillers.pop().close()

    def _fill_backlog(self) -> None:
        for _ in range(2):
            filler = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            filler.setblocking(False)
            filler.connect_ex((ADDRESS, self.port))
            self._fillers.append(filler)

    def _accept(self, listening: socket.socket) -> None:
        try:
            connection, _ = listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        connection.setblocking(False)
        serve = _break if self._fault == "broken" else self._serve
        task = asyncio.ensure_future(_handle(connection, serve))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)


async def _handle(connection: socket.socket, serve: Callable[[socket.socket], Awaitable[None]]) -> None:
    try:
        await serve(connection)
    except OSError:
        connection.close()


async def _break(connection: socket.socket) -> None:
    with connection:
        await asyncio.get_running_loop().sock_recv(connection, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT_ON_CLOSE)
