"""ICMP: does a host answer an echo, how fast, and how many are lost?"""

from __future__ import annotations

import asyncio
import secrets
import socket
from typing import Any, Final

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import options_of
from bot.runner.echo import family_of, open_socket, read_reply, request
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.pacing import Samples, fitting, pace
from bot.runner.sampling import measure
from bot.runner.trace import note

_COUNT: Final = 4
_INTERVAL_MS: Final = 200.0
_MOST: Final = 2048
_BREATH_S: Final = 0.01


async def _listen(sock: socket.socket, address: str, token: bytes, samples: Samples) -> None:
    while True:
        try:
            data = await asyncio.get_running_loop().sock_recv(sock, _MOST)
        except OSError as exc:
            samples.fail(exc)
            await asyncio.sleep(_BREATH_S)
            continue
        number = read_reply(data, family_of(address), token)
        if number is not None:
            samples.arrive(number)


async def _echo(address: str, samples: Samples, interval_s: float, deadline: float) -> str:
    """Fills `samples`; gives the kind of socket."""
    sock, kind = open_socket(address)
    token, family = secrets.token_bytes(8), family_of(address)
    listener = asyncio.create_task(_listen(sock, address, token, samples))

    def send(number: int) -> None:
        try:
            sock.send(request(family, token, number))
        except OSError as exc:
            samples.fail(exc)

    try:
        note(f"echo requests to {address}, {kind} socket")
        await pace(samples, send, interval_s, deadline)
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)
        sock.close()
    return kind


def _judged(samples: Samples, told: dict[str, Any]) -> Finding:
    found = measure(samples.sent, samples.arrivals)
    if found is None:
        raise Failed(Failure.icmp_no_reply, Where.path, {**told, "sent": samples.sent, "loss_pct": 100.0})
    note(f"{found.received} of {found.sent} back, {found.rtt_ms} ms")
    figures = found.details()
    kept = ("sent", "received", "rtt_ms", "rtt_min_ms", "rtt_max_ms", "loss_pct")
    return Finding(ok=True, ms=found.rtt_ms, details={**told, **{name: figures[name] for name in kept}})


async def probe_icmp(spec: ProbeSpec, deadline: float) -> Finding:
    """Sends `count` echoes (4), `interval_ms` apart (200); one that comes back is enough. `ms` is the median.

    Where neither kind of socket may be opened the result is `unsupported`, at the runner, and proves nothing.
    """
    options = options_of(spec)
    address = (await addresses_of(spec.host, options, deadline))[0]
    samples = Samples(options.count or _COUNT)
    left_s = deadline - asyncio.get_running_loop().time()
    interval_s = fitting((options.interval_ms or _INTERVAL_MS) / 1000, samples.expected, left_s)
    told: dict[str, Any] = {"address": address}
    try:
        told["socket"] = await _echo(address, samples, interval_s, deadline)
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    return _judged(samples, told)
