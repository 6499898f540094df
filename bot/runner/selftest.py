"""What a runner tries of itself before it says that it is ready: a sick one would blame the network.

Only what makes every result worthless is needed: its clock and its sockets. A name server that cannot be reached
is no illness but perhaps the very fault that it is there to find.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.errors import ConfigurationError
from bot.probes.options import DNS_PORT, Endpoint, parse_endpoint
from bot.probes.wire import Check, SiteView
from bot.runner.echo import open_socket
from bot.runner.finding import Failed

MOST_SKEW: Final = timedelta(minutes=5)
PATIENCE_S: Final = 2.0

_HOST: Final = "127.0.0.1"
_WORD: Final = b"decroche"


def clock(ahead: timedelta) -> Check:
    """Certificates are judged by the runner's own clock; `ahead` is how far the bot's is before it."""
    seconds = abs(ahead).total_seconds()
    why = "" if abs(ahead) <= MOST_SKEW else f"{seconds:.0f} s off the bot's clock"
    return Check(name="clock", ok=not why, needed=True, why=why)


async def _udp() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((_HOST, 0))
        await loop.sock_sendto(sock, _WORD, sock.getsockname())
        await loop.sock_recv(sock, len(_WORD))


async def _tcp() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as listener, socket.socket() as caller:
        listener.bind((_HOST, 0))
        listener.listen(1)
        caller.setblocking(False)
        await loop.sock_connect(caller, listener.getsockname())


async def _resolver(server: Endpoint) -> None:
    """A server that refuses TCP is there all the same; no question is asked, for none is needed."""
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, (server.host, server.port))
        except ConnectionRefusedError:
            return


async def _ping() -> None:
    try:
        sock, _ = open_socket(_HOST)
    except Failed as exc:
        raise PermissionError(str(exc.finding.details.get("error", exc.finding.failure))) from exc
    sock.close()


def disk(folder: Path | None) -> Check:
    """Whether results could be kept in `folder`."""
    if folder is None:
        return Check(name="disk", ok=False, why="no folder for results: a restart loses them")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(_WORD)
    except OSError as exc:
        return Check(name="disk", ok=False, why=f"{folder} cannot be written: {exc.strerror}")
    return Check(name="disk", ok=True)


async def _tried(name: str, attempt: Callable[[], Awaitable[None]], *, needed: bool = False) -> Check:
    why = ""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await attempt()
    except TimeoutError:
        why = f"nothing within {PATIENCE_S:.0f} s"
    except OSError as exc:
        why = os.strerror(exc.errno) if exc.errno else str(exc)
    return Check(name=name, ok=not why, needed=needed, why=why)


def _server(site: SiteView) -> Endpoint | None:
    try:
        return parse_endpoint(site.resolvers[0], DNS_PORT) if site.resolvers else None
    except ConfigurationError:
        return None


async def self_test(site: SiteView, ahead: timedelta, folder: Path | None) -> tuple[Check, ...]:
    """Everything, at the same time; takes two seconds at most."""
    server = _server(site)
    attempts = [
        _tried("udp", _udp, needed=True),
        _tried("tcp", _tcp, needed=True),
        _tried("ping", _ping),
        *([_tried("resolver", lambda: _resolver(server))] if server else []),
    ]
    return (clock(ahead), disk(folder), *await asyncio.gather(*attempts))


def is_sick(checks: tuple[Check, ...]) -> bool:
    """True when something needed failed."""
    return any(check.needed and not check.ok for check in checks)
