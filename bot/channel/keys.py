"""The connector's signing keys: fetched without blocking, kept while the key server is away.

A stranger's token cannot make the bot ask for keys more often than `channel.toml` allows.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
import msgspec

from bot.channel.limits import KeyLimits, limits
from bot.errors import Refused
from bot.settings import on_loopback

log = logging.getLogger(__name__)


class SigningKey(msgspec.Struct, frozen=True):
    """A public key, and the channels for which it may sign (None: its owner does not say)."""

    key: jwt.PyJWK
    endorsements: frozenset[str] | None


class _Metadata(msgspec.Struct, frozen=True):
    jwks_uri: str


class _KeySet(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


def parse_keys(body: bytes) -> dict[str, SigningKey]:
    """Reads a JSON Web Key Set (RFC 7517); keys that are not RSA signing keys are left out.

    Raises `ValueError` when it is no key set, or one without any usable key.
    """
    found: dict[str, SigningKey] = {}
    for item in msgspec.json.decode(body, type=_KeySet).keys:
        kid = item.get("kid")
        if isinstance(kid, str) and item.get("kty") == "RSA" and item.get("use", "sig") == "sig":
            _keep(found, kid, item)
    if not found:
        raise ValueError("the key set holds no usable key")
    return found


def _keep(found: dict[str, SigningKey], kid: str, item: dict[str, Any]) -> None:
    endorsements = item.get("endorsements")
    try:
        key = jwt.PyJWK(item, algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError):
        log.warning("a key of the connector cannot be used", extra={"kid": kid})
        return
    named = frozenset(map(str, endorsements)) if isinstance(endorsements, list) else None
    found[kid] = SigningKey(key, named)


class KeyCache:
    """Keys named by the OpenID metadata document at `metadata_url`.

    `session` is shared and stays the caller's; `clock` gives seconds and never goes back.
    """

    def __init__(
        self,
        metadata_url: str,
        session: aiohttp.ClientSession,
        *,
        bounds: KeyLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = metadata_url
        self._session = session
        self._bounds = bounds or limits().keys
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched = self._asked = -float("inf")
        self._task: asyncio.Task[None] | None = None

    @property
    def loaded(self) -> bool:
        """True when there are keys to check tokens with, be they old."""
        return bool(self._keys)

    def warm(self) -> None:
        """Begins to fetch the keys; nobody waits for them."""
        self._start()

    async def close(self) -> None:
        """Ends a fetch under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def find(self, kid: str) -> SigningKey | None:
        """The key of that id, or None; asks the key server when the id is new.

        Raises `Refused` (503) when there are no keys at all.
        """
        if kid not in self._keys:
            await self._refresh()
        elif self._clock() - self._fetched > self._bounds.lifetime_s and self._may_ask():
            self._start()
        if not self._keys:
            raise Refused(503, "the connector's keys cannot be had at the moment")
        return self._keys.get(kid)

    def _may_ask(self) -> bool:
        pause = self._bounds.unknown_kid_s if self._keys else self._bounds.retry_s
        return self._clock() - self._asked > pause

    def _start(self) -> asyncio.Task[None]:
        if self._task is None or self._task.done():
            self._asked = self._clock()
            self._task = asyncio.create_task(self._fetch(), name="connector-keys")
        return self._task

    async def _refresh(self) -> None:
        under_way = self._task is not None and not self._task.done()
        if under_way or self._may_ask():
            await asyncio.shield(self._start())

    async def _fetch(self) -> None:
        try:
            metadata = msgspec.json.decode(await self._get(self._url), type=_Metadata)
            self._keys = parse_keys(await self._get(metadata.jwks_uri))
            self._fetched = self._clock()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError) as exc:
            log.warning("the connector's keys could not be fetched", extra={"reason": repr(exc)})

    async def _get(self, url: str) -> bytes:
        if urlsplit(url).scheme != "https" and not on_loopback(url):
            raise ValueError(f"keys are not fetched from {url}")
        timeout = aiohttp.ClientTimeout(total=self._bounds.timeout_s)
        async with self._session.get(url, timeout=timeout, raise_for_status=True) as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                body += chunk
                if len(body) > self._bounds.max_bytes:
                    raise ValueError("the key server's answer is too long")
            return bytes(body)
