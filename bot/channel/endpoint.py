"""`POST /api/messages`: refuses what is not the connector's, in a fixed order, and never answers 500.

415 content type, 413 size, 401 token, 400 body or framing, 403 serviceUrl or tenant. The size is
bounded before the token is looked at, and the token before the body is parsed. A refused request
stores nothing and causes no outgoing call.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import orjson
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channel.activities import WireActivity, as_sdk, parse_activity
from bot.channel.adapter import Logic, PooledAdapter
from bot.channel.auth import Authenticator
from bot.channel.limits import EndpointLimits, limits
from bot.channel.trust import TrustedHosts
from bot.errors import Refused

log = logging.getLogger(__name__)

_BAD_FRAMING: Final = (
    web.RequestPayloadError,
    web.PayloadAccessError,
    HttpProcessingError,
    ConnectionError,
)


class MessagesEndpoint:
    """The message endpoint; `messages` is its aiohttp handler.

    `tenant`: the only tenant accepted, None for any. `on_turn` is what the adapter runs.
    """

    def __init__(
        self,
        *,
        authenticator: Authenticator,
        adapter: PooledAdapter,
        on_turn: Logic,
        hosts: TrustedHosts,
        tenant: str | None = None,
        bounds: EndpointLimits | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._adapter = adapter
        self._on_turn = on_turn
        self._hosts = hosts
        self._tenant = tenant.lower() if tenant else None
        self._bounds = bounds or limits().endpoint

    async def messages(self, request: web.Request) -> web.Response:
        """Answers one activity: 200 (with a body for an invoke), or a short JSON refusal."""
        try:
            activity = await self._accept(request)
            reply = await self._adapter.process(as_sdk(activity), self._on_turn)
            return _json(reply.status, reply.body) if reply else web.Response()
        except Refused as refusal:
            return await self._refuse(request, refusal)
        except Exception:
            log.exception("a turn failed")
            return await self._refuse(request, Refused(503, "try again"))

    async def _accept(self, request: web.Request) -> WireActivity:
        if request.content_type != "application/json":
            raise Refused(415, "send application/json")
        body = await self._body(request)
        identity = await self._authenticator.identify(request.headers.get("Authorization"))
        if body is None:
            raise Refused(400, "the body cannot be read")
        activity = parse_activity(body)
        identity.check(activity.channel_id, activity.service_url)
        self._check_origin(activity)
        return activity

    async def _body(self, request: web.Request) -> bytes | None:
        """The whole body; None when its framing is broken. Raises `Refused` (413, 408)."""
        if (request.content_length or 0) > self._bounds.body_bytes:
            raise Refused(413, "the body is too long")
        body = bytearray()
        try:
            async with asyncio.timeout(self._bounds.body_s):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > self._bounds.body_bytes:
                        raise Refused(413, "the body is too long")
        except TimeoutError as exc:
            raise Refused(408, "the body did not arrive in time") from exc
        except _BAD_FRAMING:
            return None
        return bytes(body)

    def _check_origin(self, activity: WireActivity) -> None:
        if self._tenant is not None and activity.tenants != {self._tenant}:
            raise Refused(403, "this tenant is not served")
        if not self._hosts.allows(activity.service_url):
            raise Refused(403, "this serviceUrl is not trusted")

    async def _refuse(self, request: web.Request, refusal: Refused) -> web.Response:
        log.info("request refused", extra={"status": refusal.status, "reason": str(refusal)})
        response = _json(refusal.status, {"error": str(refusal)})
        if refusal.status == 503:
            response.headers["Retry-After"] = str(self._bounds.retry_after_s)
        if refusal.status == 408 or request.content.exception() is not None:
            await _say_and_hang_up(request, response)
        return response


def _json(status: int, body: object) -> web.Response:
    if body is None:
        return web.Response(status=status)
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


async def _say_and_hang_up(request: web.Request, response: web.Response) -> None:
    """Answers at once, without reading on in a body that is broken or may never end."""
    response.force_close()
    await response.prepare(request)
    await response.write_eof()
    request.protocol.force_close()
