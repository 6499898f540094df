"""Call quality: round trip, loss and jitter of UDP to a relay, sampled like a call, by Microsoft's thresholds."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import options_of, port_of
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.pacing import Samples, fitting, pace
from bot.runner.probers.stun import read_reply, request
from bot.runner.sampling import judge, measure, thresholds
from bot.runner.trace import note

_COUNT: Final = 50
_INTERVAL_MS: Final = 100.0
_ID: Final = slice(8, 20)


class _Sampler(asyncio.DatagramProtocol):
    """Binding requests under way, by transaction id."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._numbers: dict[bytes, int] = {}

    def wire(self, number: int) -> bytes:
        """The request of a sample."""
        wire, transaction_id = request()
        self._numbers[transaction_id] = number
        return wire

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        del addr
        number = self._numbers.get(data[_ID])
        if number is not None and read_reply(data, data[_ID]) is not None:
            self._samples.arrive(number)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self._samples.fail(exc)


async def _sample(address: str, port: int, samples: Samples, interval_s: float, deadline: float) -> None:
    sampler = _Sampler(samples)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: sampler, remote_addr=(address, port))
    try:
        await pace(samples, lambda number: transport.sendto(sampler.wire(number)), interval_s, deadline)
    finally:
        transport.abort()


def _judged(samples: Samples, told: dict[str, Any]) -> Finding:
    quality, limits = measure(samples.sent, samples.arrivals), thresholds()
    if quality is None:
        raise Failed(Failure.stun_no_reply, Where.path, {**told, "sent": samples.sent}, ok=None)
    note(f"{quality.received} of {quality.sent} back, {quality.rtt_ms} ms, jitter {quality.jitter_ms} ms")
    details = {**told, **quality.details(), "thresholds": msgspec.structs.asdict(limits)}
    failure = judge(quality, limits)
    if failure is None:
        return Finding(ok=True, ms=quality.rtt_ms, details=details)
    return Finding(ok=False, failure=failure, at=Where.path, ms=quality.rtt_ms, details=details)


async def probe_quality(spec: ProbeSpec, deadline: float) -> Finding:
    """Sends `count` Binding requests (50), `interval_ms` apart (100), closer where the deadline is near.

    Silence proves nothing (ok None), as with stun. `ms` is the median round trip; jitter and loss are of the way
    there and back together, thus never better than those of one way.
    """
    options = options_of(spec)
    address = (await addresses_of(spec.host, options, deadline))[0]
    samples = Samples(options.count or _COUNT)
    left_s = deadline - asyncio.get_running_loop().time()
    interval_s = fitting((options.interval_ms or _INTERVAL_MS) / 1000, samples.expected, left_s)
    told = {"address": address, "interval_ms": round(interval_s * 1000, 1)}
    note(f"{samples.expected} samples to {address} port {port_of(spec)}, {interval_s * 1000:.0f} ms apart")
    try:
        await _sample(address, port_of(spec) or 0, samples, interval_s, deadline)
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    return _judged(samples, told)
