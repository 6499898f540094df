"""NTP: does a time server answer, is it right, and by how much can that be off (RFC 5905, RFC 4330)?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import msgspec
import ntplib

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import DEFAULT_PORTS, Options, options_of, parse_endpoint, port_of
from bot.runner.agreement import Reading, agree
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.trace import note
from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice

_SIZE: Final = 48
_ORIGIN: Final = slice(24, 32)
_TRANSMIT: Final = slice(40, 48)
_SERVER: Final = 4
_UNSYNCHRONISED_LEAP: Final = 3
_MAX_STRATUM: Final = 15
_TOLERANCE_S: Final = 0.5


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


def readings(stats: Stats) -> dict[str, Any]:
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


def judge(stats: Stats, told: dict[str, Any]) -> dict[str, Any]:
    """What a server that has the time says; raises `Failed` at the target when it says that it has not."""
    if stats.stratum == 0:
        kiss = stats.ref_id.to_bytes(4, "big").rstrip(b"\0").decode("ascii", "replace")
        raise Failed(Failure.ntp_unsynchronised, Where.target, {**told, "stratum": 0, "kiss": kiss})
    read = {**told, **readings(stats)}
    if stats.leap == _UNSYNCHRONISED_LEAP or stats.stratum > _MAX_STRATUM:
        raise Failed(Failure.ntp_unsynchronised, Where.target, read)
    return read


async def _ask(host: str, port: int, options: Options, deadline: float) -> dict[str, Any]:
    address = (await addresses_of(host, options, deadline))[0]
    told = {"address": address}
    try:
        stats = await ask_thrice(address, port, _prepare, deadline)
    except NoReply as exc:
        raise Failed(Failure.ntp_no_reply, Where.path, told) from exc
    except BadReply as exc:
        raise Failed(Failure.ntp_bad_reply, Where.target, told) from exc
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    read = judge(stats, told)
    note(f"{address} stratum {stats.stratum}: {read['offset_s']:+.6f} s, give or take {read['error_s']:.6f}")
    return read


async def _reference(options: Options, deadline: float) -> dict[str, Any]:
    """What the second server says, or how it failed (`failure`)."""
    if options.reference is None:
        return {}
    other = parse_endpoint(options.reference, DEFAULT_PORTS["ntp"])
    try:
        return await _ask(other.host, other.port, Options(resolver=options.resolver), deadline)
    except Failed as exc:
        return {**exc.finding.details, "failure": exc.finding.failure}


def together(target: dict[str, Any], reference: dict[str, Any]) -> Finding:
    """Both servers' readings in one: `combined` where they agree, `ntp_disagreement` (ok None) where they cannot.

    Which of the two is wrong, two clocks cannot say; `disagreement_s` is the target minus the reference. Under
    half a second it is told and does not matter: certificates and tokens are not that precise.
    """
    details = {**target, "reference": reference} if reference else target
    if "offset_s" not in reference:
        return Finding(ok=True, details=details)
    both = agree([Reading(read["offset_s"], read["error_s"]) for read in (target, reference)])
    if both.agreeing > 1:
        combined = {"offset_s": round(both.offset_s, 6), "error_s": round(both.error_s, 6)}
        return Finding(ok=True, details={**details, "combined": combined})
    apart = round(target["offset_s"] - reference["offset_s"], 6)
    told = {**details, "disagreement_s": apart}
    if abs(apart) < _TOLERANCE_S:
        return Finding(ok=True, details=told)
    return Finding(ok=None, failure=Failure.ntp_disagreement, at=Where.target, details=told)


async def probe_ntp(spec: ProbeSpec, deadline: float) -> Finding:
    """Asks for the time; a kiss-o'-death or an unsynchronised server is `ntp_unsynchronised`.

    With `reference`, a second server is asked at the same time and the two are compared (`together`).
    """
    options = options_of(spec)
    reference = asyncio.create_task(_reference(options, deadline))
    try:
        target = await _ask(spec.host, port_of(spec) or 0, options, deadline)
        found = together(target, await reference)
    except Failed as exc:
        other = await reference if options.reference else {}
        known = "answers" if "offset_s" in other else other.get("failure")
        told = {**exc.finding.details, **({"reference": known} if known else {})}
        found = msgspec.structs.replace(exc.finding, details=told)
    finally:
        reference.cancel()
    return found
