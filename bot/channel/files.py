"""Fetches what people send, and hands over what they asked for: only with hosts that Microsoft vouches for.

A file lies in the sender's cloud, at an address that needs no token and soon ends. An image in the text lies
with the connector, and only its own host ever gets the bot's token. Source: Microsoft Teams, "Send and receive
files through the bot".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from bot.channel.connector import parse_retry_after
from bot.channel.limits import FileLimits, limits
from bot.channel.token import TokenProvider
from bot.channel.trust import TrustedHosts
from bot.domain.file import SentFile
from bot.errors import DeliveryError, FileRefused

_PASSING: Final = frozenset({408, 412, 425, 429, 502, 503, 504})
_GONE: Final = frozenset({401, 403, 404, 410})
_BROKEN: Final = (aiohttp.ClientError, TimeoutError, OSError)


class CloudFiles:
    """Downloads and uploads over `session`; `bounds` say how big and how long."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: TokenProvider,
        hosts: TrustedHosts,
        *,
        bounds: FileLimits | None = None,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._hosts = hosts
        self._bounds = bounds or limits().files
        self._timeout = aiohttp.ClientTimeout(total=self._bounds.total_s, sock_read=self._bounds.read_s)

    async def fetch(self, file: SentFile, service_url: str) -> AsyncIterator[bytes]:
        """The bytes of a file as they come; `service_url` is that of the activity that brought it.

        Raises `FileRefused` (untrusted, expired, too_big, not_fetched), or `DeliveryError` when it may be tried again.
        """
        allowed = _own_host(service_url) if file.inline else self._hosts.allows_file
        try:
            async with self._opened(file, allowed) as response:
                if (response.content_length or 0) > self._bounds.max_bytes:
                    raise FileRefused("too_big")
                async for chunk in response.content.iter_any():
                    yield chunk
        except _BROKEN as exc:
            raise DeliveryError(f"a file broke off: {type(exc).__name__}") from exc

    @asynccontextmanager
    async def _opened(
        self, file: SentFile, allowed: Callable[[str], bool]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer that holds the file, after at most a few redirects to hosts that are allowed as well."""
        url = file.url
        for _ in range(self._bounds.redirects + 1):
            async with self._session.get(
                _checked(url, allowed),
                headers=await self._headers(file),
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                if response.status == HTTPStatus.OK:
                    yield response
                    return
                url = _next(response, url)
        raise FileRefused("not_fetched", "the file's address leads round in circles")

    async def _headers(self, file: SentFile) -> dict[str, str]:
        token = await self._tokens.token() if file.inline else ""
        return {"Authorization": f"Bearer {token}"} if token else {}

    async def upload(self, url: str, data: bytes) -> None:
        """Puts a whole file where somebody agreed to have it (`uploadInfo.uploadUrl`), without the bot's token.

        Raises `FileRefused` when that is refused for good, `DeliveryError` when it may be tried again.
        """
        headers = {"Content-Range": f"bytes 0-{len(data) - 1}/{len(data)}"}
        try:
            async with self._session.put(
                _checked(url, self._hosts.allows_file),
                data=data,
                headers=headers,
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                if response.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
                    raise _refusal(response)
        except _BROKEN as exc:
            raise DeliveryError(f"an upload broke off: {type(exc).__name__}") from exc


def _checked(url: str, allowed: Callable[[str], bool]) -> URL:
    """The address exactly as it was given, since it is signed. Raises `FileRefused` unless its host is allowed."""
    if allowed(url):
        exact = URL(url, encoded=True)
        if exact.origin() == URL(url).origin():
            return exact
    raise FileRefused("untrusted", "a file's host is not trusted")


def _own_host(service_url: str) -> Callable[[str], bool]:
    """Whether an address is on the host of the service URL, which was checked when the activity came."""
    own = URL(service_url).origin()

    def allowed(url: str) -> bool:
        try:
            parsed = URL(url)
            return parsed.origin() == own and not parsed.user and not parsed.password
        except ValueError:
            return False

    return allowed


def _next(response: aiohttp.ClientResponse, url: str) -> str:
    """Where a redirect leads. Raises as `CloudFiles.fetch`."""
    location = response.headers.get("Location", "")
    if response.status not in {301, 302, 303, 307, 308} or not location:
        raise _refusal(response)
    try:
        return str(URL(url, encoded=True).join(URL(location)))
    except ValueError as exc:
        raise FileRefused("not_fetched", "the file's address leads nowhere") from exc


def _refusal(response: aiohttp.ClientResponse) -> DeliveryError | FileRefused:
    text = f"the file's host answered {response.status}"
    if response.status in _PASSING:
        wait = parse_retry_after(response.headers.get("Retry-After"))
        return DeliveryError(text, response.status, wait)
    return FileRefused("expired" if response.status in _GONE else "not_fetched", text)
