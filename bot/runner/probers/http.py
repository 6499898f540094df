"""HTTP on port 80: revocation lists and downloads, and the tell-tale of portals and proxies on the way."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import Options, options_of, port_of
from bot.runner.finding import Failed, Finding, from_os_error
from bot.runner.names import addresses_of

_MOST_BODY: Final = 4096
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PROXY_AUTHENTICATION: Final = 407
_NETWORK_AUTHENTICATION: Final = 511  # RFC 6585 section 6: a captive portal
_SERVER_ERROR: Final = 500


def _same_owner(host: str, other: str) -> bool:
    return host.lower().split(".")[-2:] == other.lower().split(".")[-2:]


def judge(status: int, location: str, body: str, host: str, options: Options) -> Failure | None:
    """What an answer means; None when the request reached its host and was answered."""
    redirected_to = urlsplit(location).hostname if status in _REDIRECTS else None
    away = redirected_to is not None and not _same_owner(host, redirected_to)
    if status == _PROXY_AUTHENTICATION:
        return Failure.proxy_required
    if status == _NETWORK_AUTHENTICATION or away:
        return Failure.captive_portal
    if (status not in options.status) if options.status else (status >= _SERVER_ERROR):
        return Failure.http_status
    if options.expect is not None and options.expect not in body:
        return Failure.captive_portal
    return None


async def _get(spec: ProbeSpec, address: str, options: Options) -> tuple[int, str, str]:
    url = URL.build(scheme="http", host=address, port=port_of(spec) or 80) / options.path.lstrip("/")
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
        session.get(url, headers={"Host": spec.host}, allow_redirects=False) as response,
    ):
        body = await response.content.read(_MOST_BODY)
        location = response.headers.get("Location", "")
        return response.status, location, body.decode("utf-8", "replace")


async def _answer(spec: ProbeSpec, address: str, options: Options, deadline: float) -> tuple[int, str, str]:
    told = {"address": address}
    try:
        async with asyncio.timeout_at(deadline):
            return await _get(spec, address, options)
    except TimeoutError as exc:
        raise Failed(Failure.connection_timeout, Where.path, told) from exc
    except aiohttp.ServerDisconnectedError as exc:
        raise Failed(Failure.connection_reset, Where.path, told) from exc
    except OSError as exc:
        raise from_os_error(exc, told) from exc
    except (aiohttp.ClientError, ValueError) as exc:
        raise Failed(Failure.http_bad_reply, Where.target, {**told, "error": type(exc).__name__}) from exc


async def probe_http(spec: ProbeSpec, deadline: float) -> Finding:
    """Gets `options.path` without following redirects; anything but a portal, a proxy or a 5xx is fine.

    `status` (a list) makes the accepted answers explicit; `expect` is a text that the body must have.
    """
    options = options_of(spec)
    address = (await addresses_of(spec.host, options, deadline))[0]
    status, location, body = await _answer(spec, address, options, deadline)
    told: dict[str, Any] = {"address": address, "status": status, "location": location}
    failure = judge(status, location, body, spec.host, options)
    if failure is None:
        return Finding(ok=True, details=told)
    raise Failed(failure, Where.target if failure is Failure.http_status else Where.path, told)
