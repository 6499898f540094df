"""The runner's only connection: HTTP calls to the bot, outbound, through the proxy that the machine names."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import aiohttp
import msgspec

from bot.domain.probe import ProbeJob, ProbeReport
from bot.errors import ConfigurationError
from bot.probes.wire import Greeting, Hello

_QUICK: Final = aiohttp.ClientTimeout(total=15)
_POLL: Final = aiohttp.ClientTimeout(total=35, connect=10)
_UNAUTHORISED: Final = frozenset({401, 403})
T = TypeVar("T")


class Unreachable(Exception):
    """The bot could not be asked, or not now; trying again later may help."""


class Unwelcome(Exception):
    """The bot refuses for good: another token, a job that is over, a report that it cannot use."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def token_refused(self) -> bool:
        """True when it is the token that is not accepted."""
        return self.status in _UNAUTHORISED


def _decode(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as exc:
        raise Unreachable(f"not an answer of the bot: {exc}") from exc


def _ssl_context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    try:
        if ca_file is not None:
            context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as exc:
        raise ConfigurationError(f"the CA file {ca_file} cannot be used: {exc}") from exc
    return context


class Link:
    """Calls to the bot's gateway; see `connect`."""

    def __init__(self, session: aiohttp.ClientSession, server: str, site: str, runner: str) -> None:
        self._session = session
        self._server = server.rstrip("/")
        self._who = {"site": site, "runner": runner}

    async def hello(self, greeting: Greeting | None = None) -> tuple[Hello, timedelta]:
        """What this runner may touch, and how far the bot's clock is ahead of this one."""
        body, before = msgspec.json.encode(greeting or Greeting()), datetime.now(UTC)
        hello = _decode(await self._post("/runner/hello", body), Hello)
        after = datetime.now(UTC)
        return hello, hello.time - (before + (after - before) / 2)

    async def next_job(self) -> ProbeJob | None:
        """Waits for a job; None when there was none for a while."""
        data = await self._post("/runner/jobs/next", within=_POLL)
        return _decode(data, ProbeJob) if data else None

    async def report(self, report: ProbeReport) -> None:
        """Hands in results."""
        await self._post(f"/runner/jobs/{report.job}/report", msgspec.json.encode(report))

    async def _post(self, path: str, body: bytes = b"{}", within: aiohttp.ClientTimeout = _QUICK) -> bytes:
        """Raises `Unreachable` or `Unwelcome`."""
        headers = {"Content-Type": "application/json"}
        url = self._server + path
        try:
            async with self._session.post(
                url, params=self._who, data=body, headers=headers, timeout=within, allow_redirects=False
            ) as response:
                data = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise Unreachable(f"{type(exc).__name__}: {exc}") from exc
        if response.status in {200, 204}:
            return data
        if 400 <= response.status < 500 and response.status not in {407, 408, 429}:
            raise Unwelcome(response.status, data[:200].decode("utf-8", "replace"))
        raise Unreachable(f"HTTP {response.status}")


@asynccontextmanager
async def connect(
    server: str, site: str, runner: str, token: str, ca_file: Path | None = None
) -> AsyncIterator[Link]:
    """A link to the bot at `server`; `ca_file` is a CA to trust besides the system's.

    Raises `ConfigurationError` when that file is of no use.
    """
    connector = aiohttp.TCPConnector(ssl=_ssl_context(ca_file))
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(connector=connector, headers=headers, trust_env=True) as session:
        yield Link(session, server, site, runner)
