"""HTTP and HTTPS: downloads and revocation lists, and the tell-tale of portals and proxies on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import Options, options_of, port_of
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.handshake import Line, Route, opened, secured, trust
from bot.runner.httpreply import MOST, HttpReply, is_complete, on_the_way, read_http
from bot.runner.names import addresses_of
from bot.runner.trace import Phases, note

_SERVER_ERROR: Final = 500
_HTTPS: Final = 443


def judge(reply: HttpReply, host: str, options: Options) -> Failure | None:
    """What an answer means; None when the request reached its host and was answered."""
    between = on_the_way(reply, host)
    if between is not None:
        return between
    if (reply.status not in options.status) if options.status else (reply.status >= _SERVER_ERROR):
        return Failure.http_status
    if options.expect is not None and options.expect not in reply.body:
        return Failure.captive_portal
    return None


def _request(spec: ProbeSpec, options: Options) -> bytes:
    host = f"[{spec.host}]" if ":" in spec.host else spec.host
    head = f"GET {options.path} HTTP/1.1", f"Host: {host}", "User-Agent: decroche", "Accept: */*"
    return ("\r\n".join((*head, "Connection: close")) + "\r\n\r\n").encode("ascii", "replace")


async def _read(line: Line, phases: Phases) -> bytes:
    """The answer, until it is complete, too long, or over."""
    data = b""
    while not is_complete(data):
        more = await line.reader.read(MOST - len(data))
        if not data:
            phases.lap("first_byte_ms")
        if not more:
            break
        data += more
    phases.lap("transfer_ms")
    return data


async def _exchange(line: Line, request: bytes, route: Route) -> HttpReply:
    told, data = {**route.told, "address": line.address}, b""
    try:
        async with asyncio.timeout_at(route.deadline):
            line.writer.write(request)
            note(request.partition(b"\r\n")[0].decode())
            data = await _read(line, route.phases)
    except TimeoutError as exc:
        raise Failed(Failure.connection_timeout, Where.path, told) from exc
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    if not data:
        raise Failed(Failure.connection_reset, Where.path, told)
    reply = read_http(data)
    if reply is None:
        raise Failed(Failure.http_bad_reply, Where.target, {**told, "received": repr(data[:60])})
    note(f"HTTP {reply.status} {reply.location}".rstrip())
    return reply


@asynccontextmanager
async def _line(route: Route, options: Options, *, https: bool) -> AsyncIterator[Line]:
    if https:
        async with secured(route, await trust(options), options) as line:
            yield line
    else:
        async with opened(route, None) as line:
            yield line


async def probe_http(spec: ProbeSpec, deadline: float) -> Finding:
    """Gets `options.path` without following redirects; anything but a portal, a proxy or a 5xx is fine.

    `status` (a list) makes the accepted answers explicit; `expect` is a text that the body must have. Port 443
    is HTTPS unless `scheme` says otherwise, and then fails as the tls prober does.
    """
    options, phases = options_of(spec), Phases()
    port = port_of(spec) or 0
    addresses = (await addresses_of(spec.host, options, deadline))[:1]
    phases.lap("dns_ms")
    told = {"address": addresses[0]}
    route = Route(addresses, port, options.server_name or spec.host, deadline, told, phases)
    https = (options.scheme or ("https" if port == _HTTPS else "http")) == "https"
    async with _line(route, options, https=https) as line:
        reply = await _exchange(line, _request(spec, options), route)
    details = {**told, **reply.details(), **phases.details()}
    failure = judge(reply, spec.host, options)
    if failure is None:
        return Finding(ok=True, ms=phases.total_ms, details=details)
    raise Failed(failure, Where.target if failure is Failure.http_status else Where.path, details)
