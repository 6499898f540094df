"""TLS: does the phone's path to a service carry a certificate that a phone can trust?

The chain is verified as a phone would (system roots, host name, dates). Only when that fails is a
second handshake made, without verification, to see what was presented.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import Options, options_of, port_of
from bot.probes.plans import issuers_of
from bot.runner.certificate import Certificate, read_certificate, why_refused
from bot.runner.connecting import connect
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of


class _Route(msgspec.Struct, frozen=True):
    """Where to connect, for which name, until when; `told` goes into every result."""

    addresses: tuple[str, ...]
    port: int
    name: str
    deadline: float
    told: dict[str, Any]


@functools.lru_cache(maxsize=8)
def _verifying(ca_file: str | None, changed_ns: int) -> ssl.SSLContext:
    del changed_ns
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return _verifying(ca_file, Path(ca_file).stat().st_mtime_ns if ca_file else 0)
    except (OSError, ssl.SSLError) as exc:
        why = {"error": f"the CA file {ca_file} cannot be used: {exc}"}
        raise Failed(Failure.unsupported, Where.runner, why, ok=None) from exc


def _blind() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@asynccontextmanager
async def _handshake(route: _Route, context: ssl.SSLContext) -> AsyncIterator[tuple[ssl.SSLObject, float]]:
    """An open TLS connection, with the milliseconds that its handshake took."""
    now = asyncio.get_running_loop().time
    sock, _ = await connect(route.addresses, route.port, route.deadline)
    began = now()
    try:
        async with asyncio.timeout_at(route.deadline):
            _, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=route.name)
    except BaseException:
        sock.close()
        raise
    try:
        yield writer.get_extra_info("ssl_object"), (now() - began) * 1000
    finally:
        writer.transport.abort()


def _leaf(connection: ssl.SSLObject) -> Certificate | None:
    der = connection.getpeercert(binary_form=True)
    try:
        return read_certificate(der) if der else None
    except ValueError:
        return None


async def _seen_blindly(route: _Route) -> Certificate | None:
    try:
        async with _handshake(route, _blind()) as (connection, _):
            return _leaf(connection)
    except (OSError, Failed):
        return None


async def _refused(exc: ssl.SSLCertVerificationError, route: _Route, issuers: tuple[str, ...]) -> Failed:
    leaf = await _seen_blindly(route)
    failure = why_refused(exc.verify_code, leaf, route.name, issuers)
    told = {**route.told, **(leaf.details() if leaf else {}), "error": exc.verify_message}
    return Failed(failure, Where.path if failure is Failure.tls_intercepted else Where.target, told)


def _broken(exc: OSError, told: dict[str, Any]) -> Failed:
    in_handshake = {**told, "phase": "handshake"}
    if isinstance(exc, ssl.SSLError) and not isinstance(exc, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        reason = {**in_handshake, "error": exc.reason or str(exc)}
        return Failed(Failure.tls_handshake_failed, Where.target, reason)
    if isinstance(exc, TimeoutError):
        return Failed(Failure.connection_timeout, Where.path, in_handshake)
    if isinstance(exc, ssl.SSLError):
        return Failed(Failure.connection_reset, Where.path, in_handshake)
    return from_os_error(exc, in_handshake)


def _accepted(connection: ssl.SSLObject, options: Options, told: dict[str, Any]) -> Finding:
    leaf = _leaf(connection)
    seen = {**told, "version": connection.version(), **(leaf.details() if leaf else {})}
    if leaf is not None and options.issuers and leaf.issuer_organisation not in options.issuers:
        raise Failed(Failure.tls_intercepted, Where.path, seen)
    return Finding(ok=True, details=seen)


async def probe_tls(spec: ProbeSpec, deadline: float) -> Finding:
    """Verifies the certificate of `options.server_name` (by default the host).

    With `issuers`, a chain that verifies but is signed by another organisation is `tls_intercepted` (an
    inspecting device whose CA this machine trusts, and phones do not). For hosts of a plan that list is
    known, and then also names a chain to an unknown root.
    """
    now = asyncio.get_running_loop().time
    options = options_of(spec)
    name = options.server_name or spec.host
    began = now()
    addresses = await addresses_of(spec.host, options, deadline)
    told = {"addresses": list(addresses), "server_name": name, "dns_ms": round((now() - began) * 1000, 2)}
    route = _Route(addresses, port_of(spec) or 0, name, deadline, told)
    try:
        async with _handshake(route, _context(options.ca_file)) as (connection, ms):
            return _accepted(connection, options, {**told, "handshake_ms": round(ms, 2)})
    except ssl.SSLCertVerificationError as exc:
        raise await _refused(exc, route, options.issuers or issuers_of(name)) from exc
    except OSError as exc:
        raise _broken(exc, told) from exc
