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
    now = asyncio.get_running_loop().time
    began = now()
    addresses = await addresses_of(spec.host, options_of(spec), deadline)
    resolved = now()
    port = port_of(spec) or 0
    sock, address = await connect(addresses, port, deadline)
    connected = now()
    told = {"address": address, "addresses": list(addresses)}
    try:
        await _stays_open(sock, min(connected + _SETTLE_S, deadline))
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    finally:
        sock.close()
    phases = {
        "dns_ms": round((resolved - began) * 1000, 2),
        "connect_ms": round((connected - resolved) * 1000, 2),
    }
    return Finding(ok=True, ms=(connected - began) * 1000, details={**told, **phases})
