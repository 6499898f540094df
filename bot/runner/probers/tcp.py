"""TCP: does the port accept, and keep, a connection from here?"""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from bot.domain.probe import ProbeSpec
from bot.probes.options import options_of, port_of
from bot.runner.connecting import connect
from bot.runner.finding import Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.trace import Phases, note

# A firewall that answers for the target lets the connection in and cuts it at once.
_SETTLE_S: Final = 0.1


async def _stays_open(sock: socket.socket, until: float) -> None:
    try:
        async with asyncio.timeout_at(until):
            data = await asyncio.get_running_loop().sock_recv(sock, 1)
    except TimeoutError:
        return
    if not data:
        raise ConnectionResetError("closed at once")


async def probe_tcp(spec: ProbeSpec, deadline: float) -> Finding:
    """Connects, and watches for 100 ms that the connection is not cut; `ms` is the time to connect."""
    phases = Phases()
    addresses = await addresses_of(spec.host, options_of(spec), deadline)
    phases.lap("dns_ms")
    sock, address = await connect(addresses, port_of(spec) or 0, deadline)
    phases.lap("connect_ms")
    told = {"address": address, "addresses": list(addresses), **phases.details()}
    until = min(asyncio.get_running_loop().time() + _SETTLE_S, deadline)
    try:
        await _stays_open(sock, until)
    except OSError as exc:
        note("cut at once")
        raise from_os_error(exc, told) from exc
    finally:
        sock.close()
    return Finding(ok=True, ms=phases.total_ms, details=told)
