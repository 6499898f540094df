"""TCP connections with named failures; no happy eyeballs, so that one knows what was tested."""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from bot.domain.probe import Failure, Where
from bot.runner.finding import Failed, from_os_error
from bot.runner.trace import note

_MOST: Final = 3


async def _connect(address: str, port: int, until: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        async with asyncio.timeout_at(until):
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


async def connect(addresses: tuple[str, ...], port: int, deadline: float) -> tuple[socket.socket, str]:
    """Connects to the first of at most three addresses that accepts; gives the socket and that address.

    The time left is shared between those still to try. Raises `Failed` with the last address's failure.
    """
    now = asyncio.get_running_loop().time
    tried = addresses[:_MOST]
    for left, address in zip(range(len(tried), 0, -1), tried, strict=True):
        told = {"address": address, "addresses": list(addresses)}
        note(f"TCP connection to {address} port {port}")
        try:
            sock = await _connect(address, port, now() + max(deadline - now(), 0) / left)
        except TimeoutError as exc:
            failed = Failed(Failure.connection_timeout, Where.path, told)
            failed.__cause__ = exc
        except OSError as exc:
            failed = from_os_error(exc, told)
            failed.__cause__ = exc
        else:
            note("connected")
            return sock, address
        note(str(failed.finding.failure))
    raise failed
