"""STUN: does UDP to the media relays get out, and an answer come back (RFC 8489)?

Any answer with our transaction id, an error included, proves that the path is open.
"""

from __future__ import annotations

import asyncio
import struct
import time
from typing import Any, Final

from aioice import stun

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import DEFAULT_PORTS, Options, options_of, parse_endpoint, port_of
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.trace import note
from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice

_COOKIE: Final = stun.COOKIE.to_bytes(4, "big")
# Ports of a relay for audio, video and sharing: it is under no duty to answer a stranger there.
_MODALITY_PORTS: Final = frozenset({3479, 3480, 3481})


def read_reply(data: bytes, transaction_id: bytes) -> dict[str, Any] | None:
    """What an answer to our request says, or None when the datagram is none."""
    if data[4:8] != _COOKIE:
        return None
    try:
        message = stun.parse_message(data)
    except (ValueError, struct.error):
        return None
    if message.transaction_id != transaction_id or message.message_method != stun.Method.BINDING:
        return None
    if message.message_class == stun.Class.ERROR and message.error_code is not None:
        return {"error_code": message.error_code}
    mapped = message.attributes.get("XOR-MAPPED-ADDRESS") or message.attributes.get("MAPPED-ADDRESS")
    if message.message_class != stun.Class.RESPONSE or mapped is None:
        return None
    return {"mapped_address": mapped[0], "mapped_port": mapped[1]}


def request() -> tuple[bytes, bytes]:
    """A Binding request and its transaction id."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    return bytes(message), message.transaction_id


def _prepare() -> tuple[bytes, Judge[dict[str, Any]]]:
    wire, transaction_id = request()
    sent = time.perf_counter()

    def judge(data: bytes) -> dict[str, Any] | None:
        rtt_ms = round((time.perf_counter() - sent) * 1000, 2)
        told = read_reply(data, transaction_id)
        return None if told is None else {**told, "rtt_ms": rtt_ms}

    return wire, judge


async def _bind(host: str, port: int, options: Options, deadline: float) -> dict[str, Any]:
    address = (await addresses_of(host, options, deadline))[0]
    told = {"address": address}
    try:
        answer = await ask_thrice(address, port, _prepare, deadline)
    except NoReply as exc:
        raise Failed(Failure.stun_no_reply, Where.path, told) from exc
    except BadReply as exc:
        raise Failed(Failure.stun_bad_reply, Where.target, told) from exc
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    note(f"{address} says {answer.get('mapped_address', answer.get('error_code'))}")
    return {**told, **answer}


async def _reference(options: Options, deadline: float) -> str:
    """`answers`, `silent`, or `unknown` when there is none or it could not be asked."""
    if options.reference is None:
        return "unknown"
    other = parse_endpoint(options.reference, DEFAULT_PORTS["stun"])
    try:
        await _bind(other.host, other.port, Options(resolver=options.resolver), deadline)
    except Failed as exc:
        return "unknown" if exc.finding.ok is None else "silent"
    return "answers"


async def probe_stun(spec: ProbeSpec, deadline: float) -> Finding:
    """Sends a Binding request, three tries; with `reference`, to a second server at the same time.

    Silence of the target alone proves nothing (ok None): some relays answer only authenticated clients, and
    on 3479 to 3481 none need. Silence on 3478 while the reference answers: this destination is filtered.
    Silence of both: UDP is blocked. `ms` is the round trip.
    """
    options, port = options_of(spec), port_of(spec) or 0
    reference = asyncio.create_task(_reference(options, deadline))
    try:
        told = await _bind(spec.host, port, options, deadline)
        return Finding(ok=True, ms=told["rtt_ms"], details=told)
    except Failed as exc:
        if exc.finding.failure is not Failure.stun_no_reply:
            raise
        other = await reference
        told = {**exc.finding.details, "reference": other}
        ok = None if other == "unknown" or port in _MODALITY_PORTS else False
        raise Failed(Failure.stun_no_reply, Where.path, told, ok=ok) from exc
    finally:
        reference.cancel()
