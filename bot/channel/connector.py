"""The connector's REST interface, over one pooled session: a reply costs no new TLS handshake.

Nothing is repeated here but a call whose token was refused, once, with a new one; what else may be, and
when, is decided further up. Every call sees first that the host is trusted, because the bot's token travels with it.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import msgspec
import orjson
from yarl import URL

from bot.channel.limits import DeliveryLimits, limits
from bot.channel.token import TokenProvider
from bot.channel.trust import TrustedHosts
from bot.errors import DeliveryDoubtful, DeliveryError

_NOT_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ClientConnectorSSLError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_BROKEN: Final = (aiohttp.ClientError, TimeoutError, OSError)

Answer = tuple[int, bytes, Mapping[str, str]]
"""Status, body and headers."""


class Created(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the connector says of something new: `id`, and for a conversation its first activity."""

    id: str = ""
    activity_id: str = ""


class WireMember(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Somebody in a conversation."""

    id: str
    name: str | None = None
    aad_object_id: str | None = None
    object_id: str | None = None
    user_principal_name: str | None = None


class WireError(msgspec.Struct, frozen=True, kw_only=True):
    """Why the connector refused, as its own word."""

    code: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a refusal."""

    error: WireError = WireError()


class MembersPage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Some of a conversation's members, and where the next ones begin."""

    members: list[WireMember] = []
    continuation_token: str | None = None


def open_session(
    ca_file: Path | None = None, *, bounds: DeliveryLimits | None = None
) -> aiohttp.ClientSession:
    """The session for all outgoing calls of the channel; `ca_file` is trusted besides the system's CAs.

    Must be called on a running loop; the caller closes it.
    """
    chosen = bounds or limits().delivery
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    timeout = aiohttp.ClientTimeout(total=chosen.total_s, connect=chosen.connect_s)
    pool = aiohttp.TCPConnector(limit=chosen.connections, ssl=context)
    return aiohttp.ClientSession(connector=pool, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


class Connector:
    """Calls of the Bot Connector REST API v3 that Décroche uses.

    Every method raises `DeliveryError` when the call was not taken (status None: it was never sent),
    and the POSTs raise `DeliveryDoubtful` when it may have been.
    """

    def __init__(self, session: aiohttp.ClientSession, tokens: TokenProvider, hosts: TrustedHosts) -> None:
        self._session = session
        self._tokens = tokens
        self._hosts = hosts

    async def ready(self) -> None:
        """Gets what every call needs first, so that a call does nothing but call."""
        await self._tokens.token()

    async def send(
        self, service_url: str, conversation: str, activity: dict[str, Any], *, reply_to: str = ""
    ) -> str:
        """Posts an activity, as a reply if `reply_to` names one; gives its id ('' if none came back)."""
        path = f"{_path(conversation)}/activities" + (f"/{_quoted(reply_to)}" if reply_to else "")
        return _created(await self._call("POST", service_url, path, activity)).id

    async def update(
        self, service_url: str, conversation: str, activity_id: str, activity: dict[str, Any]
    ) -> None:
        """Replaces an activity."""
        await self._call(
            "PUT", service_url, f"{_path(conversation)}/activities/{_quoted(activity_id)}", activity
        )

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        """Deletes an activity."""
        await self._call("DELETE", service_url, f"{_path(conversation)}/activities/{_quoted(activity_id)}")

    async def create(self, service_url: str, parameters: dict[str, Any]) -> Created:
        """Opens a conversation (or a channel thread) with its first activity."""
        return _created(await self._call("POST", service_url, "v3/conversations", parameters))

    async def typing(self, service_url: str, conversation: str) -> None:
        """Shows for a few seconds that the bot is at work."""
        await self._call("POST", service_url, f"{_path(conversation)}/activities", {"type": "typing"})

    async def members(self, service_url: str, conversation: str, size: int, token: str = "") -> MembersPage:
        """One page of at most `size` members; `token` is the page before's continuation token."""
        query = f"?pageSize={size}" + (f"&continuationToken={_quoted(token)}" if token else "")
        content = await self._call("GET", service_url, f"{_path(conversation)}/pagedmembers{query}")
        try:
            return msgspec.json.decode(content, type=MembersPage)
        except ValueError as exc:
            raise DeliveryError("the list of members cannot be read") from exc

    async def _call(
        self, method: str, service_url: str, path: str, body: dict[str, Any] | None = None
    ) -> bytes:
        if not self._hosts.allows(service_url):
            raise DeliveryError("the service URL is not trusted", 403)
        url = URL(f"{service_url.rstrip('/')}/{path}", encoded=True)
        data = None if body is None else orjson.dumps(body)
        token = await self._tokens.token()
        status, content, headers = await self._ask(method, url, data, token)
        if status == HTTPStatus.UNAUTHORIZED and (fresh := await self._tokens.token(token)) != token:
            status, content, headers = await self._ask(method, url, data, fresh)
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise _refusal(method, status, content, headers)
        return content

    async def _ask(self, method: str, url: URL, data: bytes | None, token: str) -> Answer:
        """One request. A refused token is certain not to have done anything, so it may be followed by another."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as response:
                return response.status, await response.read(), response.headers
        except _NOT_SENT as exc:
            raise DeliveryError(f"no connection to {url.host}: {exc!r}") from exc
        except _BROKEN as exc:
            raise _failure(method, f"{method} broke: {exc!r}") from exc


def _failure(method: str, text: str, status: int | None = None) -> DeliveryError:
    """A POST that broke, or met a server's error, may have been taken all the same."""
    return DeliveryDoubtful(text, status) if method == "POST" else DeliveryError(text, status)


def _refusal(method: str, status: int, content: bytes, headers: Mapping[str, str]) -> DeliveryError:
    code = _code(content)
    text = f"{method} was answered {status} {code}".rstrip()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        error = _failure(method, text, status)
    else:
        error = DeliveryError(text, status)
    error.code = code
    error.retry_after = parse_retry_after(headers.get("Retry-After"))
    return error


def _code(content: bytes) -> str:
    try:
        return msgspec.json.decode(content, type=Refusal).error.code
    except ValueError:
        return ""


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds to wait by a Retry-After header, a number or a date (RFC 9110 §10.2.3); None if unreadable."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())


def _created(content: bytes) -> Created:
    """What was made; it was taken even where the answer says nothing that can be read."""
    try:
        return msgspec.json.decode(content, type=Created)
    except ValueError:
        return Created()


def _quoted(part: str) -> str:
    return quote(part, safe="")


def _path(conversation: str) -> str:
    return f"v3/conversations/{_quoted(conversation)}"
