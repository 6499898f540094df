"""NTP: does a time server answer, is it right, and by how much can that be off (RFC 5905, RFC 4330)?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import ntplib

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import options_of, port_of
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice

_SIZE: Final = 48
_ORIGIN: Final = slice(24, 32)
_TRANSMIT: Final = slice(40, 48)
_SERVER: Final = 4
_UNSYNCHRONISED_LEAP: Final = 3
_MAX_STRATUM: Final = 15


class Stats(Protocol):
    """`ntplib.NTPStats`, which ships no types: a reply with what follows from it (seconds)."""

    leap: int
    mode: int
    stratum: int
    precision: int
    ref_id: int
    root_delay: float
    root_dispersion: float
    dest_timestamp: float

    @property
    def offset(self) -> float:
        """Server minus client."""

    @property
    def delay(self) -> float:
        """There and back."""

    def from_data(self, data: bytes) -> None:
        """Reads a packet."""


_packet: Callable[..., Any] = ntplib.NTPPacket
_stats = cast("Callable[[], Stats]", ntplib.NTPStats)
_ntp_time: Callable[[float], float] = ntplib.system_to_ntp_time


def read_reply(data: bytes, request: bytes, received: float) -> Stats | None:
    """The reply in a datagram, or None when it does not answer `request`; `received` is Unix time."""
    if len(data) < _SIZE or data[_ORIGIN] != request[_TRANSMIT]:
        return None
    stats = _stats()
    stats.from_data(data)
    if stats.mode != _SERVER or (stats.stratum and data[_TRANSMIT] == bytes(8)):
        return None
    stats.dest_timestamp = _ntp_time(received)
    return stats


def _prepare() -> tuple[bytes, Judge[Stats]]:
    request: bytes = _packet(version=4, mode=3, tx_timestamp=_ntp_time(time.time())).to_data()
    return request, lambda data: read_reply(data, request, time.time())


def _readings(stats: Stats) -> dict[str, Any]:
    """Offset (server minus this machine) and its greatest error, in seconds (RFC 5905 section 11.2)."""
    delay = max(stats.delay, 0.0)
    error = (delay + stats.root_delay) / 2 + stats.root_dispersion + 2.0**stats.precision
    return {
        "offset_s": round(stats.offset, 6),
        "delay_s": round(delay, 6),
        "error_s": round(error, 6),
        "stratum": stats.stratum,
        "leap": stats.leap,
    }


def _judge(stats: Stats, told: dict[str, Any]) -> Finding:
    if stats.stratum == 0:
        kiss = stats.ref_id.to_bytes(4, "big").rstrip(b"\0").decode("ascii", "replace")
        raise Failed(Failure.ntp_unsynchronised, Where.target, {**told, "stratum": 0, "kiss": kiss})
    readings = {**told, **_readings(stats)}
    if stats.leap == _UNSYNCHRONISED_LEAP or stats.stratum > _MAX_STRATUM:
        raise Failed(Failure.ntp_unsynchronised, Where.target, readings)
    return Finding(ok=True, details=readings)


async def probe_ntp(spec: ProbeSpec, deadline: float) -> Finding:
    """Asks for the time; a kiss-o'-death or an unsynchronised server is `ntp_unsynchronised`."""
    address = (await addresses_of(spec.host, options_of(spec), deadline))[0]
    told = {"address": address}
    try:
        stats = await ask_thrice(address, port_of(spec) or 0, _prepare, deadline)
    except NoReply as exc:
        raise Failed(Failure.ntp_no_reply, Where.path, told) from exc
    except BadReply as exc:
        raise Failed(Failure.ntp_bad_reply, Where.target, told) from exc
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    return _judge(stats, told)
