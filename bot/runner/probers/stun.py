"""STUN: does UDP to the media relays get out, and an answer come back (RFC 8489)?

Any answer with our transaction id, an error included, proves that the path is open.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any, Final

from aioice import stun

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import DEFAULT_PORTS, Options, options_of, parse_endpoint, port_of
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of
from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice

_COOKIE: Final = stun.COOKIE.to_bytes(4, "big")


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


def _prepare() -> tuple[bytes, Judge[dict[str, Any]]]:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    return bytes(request), lambda data: read_reply(data, request.transaction_id)


async def _bind(host: str, port: int, options: Options, deadline: float) -> dict[str, Any]:
    address = (await addresses_of(host, options, deadline))[0]
    told = {"address": address}
    try:
        return {**told, **await ask_thrice(address, port, _prepare, deadline)}
    except NoReply as exc:
        raise Failed(Failure.stun_no_reply, Where.path, told) from exc
    except BadReply as exc:
        raise Failed(Failure.stun_bad_reply, Where.target, told) from exc
    except OSError as exc:
        raise from_os_error(exc, told) from exc


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

    Silence of the target alone proves nothing (ok None): some relays answer only authenticated clients.
    Silence while the reference answers: this destination is filtered. Silence of both: UDP is blocked.
    """
    options = options_of(spec)
    reference = asyncio.create_task(_reference(options, deadline))
    try:
        return Finding(ok=True, details=await _bind(spec.host, port_of(spec) or 0, options, deadline))
    except Failed as exc:
        if exc.finding.failure is not Failure.stun_no_reply:
            raise
        other = await reference
        told = {**exc.finding.details, "reference": other}
        ok = None if other == "unknown" else False
        raise Failed(Failure.stun_no_reply, Where.path, told, ok=ok) from exc
    finally:
        reference.cancel()
