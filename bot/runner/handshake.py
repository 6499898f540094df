"""TLS connections with named failures, and a look at who is at the other end when there is none.

The chain is verified as a phone would (system roots, host name, dates). Only when that fails is a
second handshake made, without verification, to see what was presented; and when what came back was no
TLS at all, the same hello is sent once more to read the answer: a proxy or portal says who it is.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from bot.domain.probe import Failure, Where
from bot.probes.options import Options
from bot.probes.plans import issuers_of
from bot.runner.certificate import Certificate, judged_at, read_certificate, why_refused
from bot.runner.connecting import connect
from bot.runner.finding import Failed, from_os_error
from bot.runner.httpreply import MOST_BODY, HttpReply, on_the_way, read_http
from bot.runner.trace import Phases, note

_VERSIONS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_HIDDEN: Final = "_sslobj"
_DER: Final = 2
_LOOK_S: Final = 1.0
_LONGEST_CHAIN: Final = 10
# A page on a port that speaks TLS: nobody but a box on the way answers so.
_BLOCK_PAGE: Final = frozenset({200, 301, 302, 303, 307, 308, 403, 451})

_reading: Final = threading.Lock()


class Route(msgspec.Struct, frozen=True):
    """Where to connect, for which name, until when (a time of the running loop); `told` goes into every result."""

    addresses: tuple[str, ...]
    port: int
    name: str
    deadline: float
    told: dict[str, Any]
    phases: Phases


class Line(msgspec.Struct, frozen=True):
    """An open connection; `tls` is None on a plain one."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tls: ssl.SSLObject | None
    address: str


@functools.lru_cache(maxsize=16)
def _verifying(ca_file: str | None, changed_ns: int, version: str | None) -> ssl.SSLContext:
    del changed_ns
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return _pinned(context, version)


def _pinned(context: ssl.SSLContext, version: str | None) -> ssl.SSLContext:
    context.minimum_version = _VERSIONS.get(version or "", ssl.TLSVersion.TLSv1_2)
    if version is not None:
        context.maximum_version = _VERSIONS[version]
    return context


async def trust(options: Options) -> ssl.SSLContext:
    """Trusts the system's CAs and `ca_file`; raises `Failed` at the runner when that file cannot be used.

    Reading them takes tens of milliseconds, once, in a thread: other probes are being timed.
    """
    return await asyncio.to_thread(_trust, options)


def _trust(options: Options) -> ssl.SSLContext:
    ca_file = options.ca_file
    try:
        changed_ns = Path(ca_file).stat().st_mtime_ns if ca_file else 0
        with _reading:
            return _verifying(ca_file, changed_ns, options.tls_version)
    except (OSError, ssl.SSLError) as exc:
        why = {"error": f"the CA file {ca_file} cannot be used: {exc}"}
        raise Failed(Failure.unsupported, Where.runner, why, ok=None) from exc


def _blind(version: str | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _pinned(context, version)


@asynccontextmanager
async def opened(route: Route, context: ssl.SSLContext | None) -> AsyncIterator[Line]:
    """A connection along `route`, with TLS when there is a context; raises what the socket layer raises."""
    sock, address = await connect(route.addresses, route.port, route.deadline)
    route.phases.lap("connect_ms")
    try:
        async with asyncio.timeout_at(route.deadline):
            name = route.name if context else None
            reader, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=name)
    except BaseException:
        sock.close()
        raise
    try:
        if context is not None:
            route.phases.lap("handshake_ms")
        yield Line(reader, writer, writer.get_extra_info("ssl_object"), address)
    finally:
        writer.transport.abort()


def _ders(connection: ssl.SSLObject, *, verified: bool) -> list[bytes]:
    """The chain as OpenSSL has it: public from Python 3.13 on, under the hood before; without it, the leaf alone."""
    hidden: Any = getattr(connection, _HIDDEN, None)
    ask = getattr(hidden, "get_verified_chain" if verified else "get_unverified_chain", None)
    chain = ask() if ask is not None else None
    if not chain:
        leaf = connection.getpeercert(binary_form=True)
        return [leaf] if leaf else []
    return [certificate.public_bytes(_DER) for certificate in chain[:_LONGEST_CHAIN]]


def chain_of(connection: ssl.SSLObject, *, verified: bool) -> tuple[Certificate, ...]:
    """The certificates of a connection, the server's first; with `verified` up to the root."""
    with suppress(ValueError):
        return tuple(map(read_certificate, _ders(connection, verified=verified)))
    return ()


def seen(chain: tuple[Certificate, ...], options: Options) -> dict[str, Any]:
    """What a chain says, for a result; with `at_clock` also what a phone with that clock makes of it."""
    told: dict[str, Any] = chain[0].details() if chain else {}
    if chain:
        told["chain"] = [certificate.subject[:100] for certificate in chain]
        told["chain_days_left"] = min(certificate.details()["days_left"] for certificate in chain)
    if chain and options.clock is not None:
        told["at_clock"] = judged_at(chain, options.clock)
        told["clock"] = options.clock.isoformat()
    return told


async def _seen_blindly(route: Route, options: Options) -> tuple[Certificate, ...]:
    again = msgspec.structs.replace(route, phases=Phases())
    try:
        async with opened(again, _blind(options.tls_version)) as line:
            return chain_of(line.tls, verified=False) if line.tls else ()
    except (OSError, Failed):
        return ()


async def refused(exc: ssl.SSLCertVerificationError, route: Route, options: Options) -> Failed:
    """The name of a verification that failed, with the certificate that was presented."""
    note(f"certificate refused: {exc.verify_message}")
    chain = await _seen_blindly(route, options)
    known = options.issuers or issuers_of(route.name)
    failure = why_refused(exc.verify_code, chain[0] if chain else None, route.name, known)
    told = {**route.told, **route.phases.details(), **seen(chain, options), "error": exc.verify_message}
    return Failed(failure, Where.path if failure is Failure.tls_intercepted else Where.target, told)


def _hello(route: Route) -> bytes:
    """A client hello, as bytes."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = _blind(None).wrap_bio(incoming, outgoing, server_hostname=route.name)
    with suppress(ssl.SSLWantReadError):
        connection.do_handshake()
    return outgoing.read()


async def _plain_answer(route: Route) -> HttpReply | None:
    """What is said to a client hello, when it is HTTP."""
    until = min(route.deadline, asyncio.get_running_loop().time() + _LOOK_S)
    again = msgspec.structs.replace(route, phases=Phases(), deadline=until)
    try:
        async with opened(again, None) as line, asyncio.timeout_at(until):
            line.writer.write(_hello(route))
            return read_http(await line.reader.read(MOST_BODY))
    except (OSError, Failed):
        return None


async def _not_tls(exc: ssl.SSLError, route: Route) -> Failed:
    told = {**route.told, "phase": "handshake", "error": exc.reason or str(exc)}
    alert = "ALERT" in (exc.reason or "")
    reply = None if alert else await _plain_answer(route)
    if reply is None:
        return Failed(Failure.tls_handshake_failed, Where.target, told)
    note(f"HTTP {reply.status} in answer to a TLS hello")
    told["http"] = reply.details()
    failure = on_the_way(reply, route.name)
    if failure is None and reply.status in _BLOCK_PAGE:
        failure = Failure.captive_portal
    if failure is None:
        return Failed(Failure.tls_handshake_failed, Where.target, told)
    return Failed(failure, Where.path, told)


async def broken(exc: OSError, route: Route) -> Failed:
    """The name of a handshake that was cut, not answered, or answered with something else."""
    note(f"handshake failed: {type(exc).__name__} {exc}")
    told = {**route.told, **route.phases.details(), "phase": "handshake"}
    if isinstance(exc, ssl.SSLError) and not isinstance(exc, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return await _not_tls(exc, msgspec.structs.replace(route, told=told))
    if isinstance(exc, TimeoutError):
        return Failed(Failure.connection_timeout, Where.path, told)
    if isinstance(exc, ssl.SSLError):
        return Failed(Failure.connection_reset, Where.path, told)
    return from_os_error(exc, told)


@asynccontextmanager
async def secured(route: Route, context: ssl.SSLContext, options: Options) -> AsyncIterator[Line]:
    """A TLS connection whose certificate was verified; raises `Failed` with the name of what went wrong.

    With `issuers`, a chain that verifies but is signed by another organisation is `tls_intercepted` (an
    inspecting device whose CA this machine trusts, and phones do not). For hosts of a plan that list is
    known, and then also names a chain to an unknown root. What the caller does with the line must end its
    own errors of the network: here they would be taken for the handshake's.
    """
    try:
        async with opened(route, context) as line:
            chain = chain_of(line.tls, verified=True) if line.tls else ()
            if chain and options.issuers and chain[0].issuer_organisation not in options.issuers:
                told = {**route.told, **route.phases.details(), **seen(chain, options)}
                raise Failed(Failure.tls_intercepted, Where.path, told)
            yield line
    except ssl.SSLCertVerificationError as exc:
        raise await refused(exc, route, options) from exc
    except OSError as exc:
        raise await broken(exc, route) from exc
