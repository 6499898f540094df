"""The connector's side of authentication: real RSA keys, a real key server, tokens of every kind."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "11111111-2222-3333-4444-555555555555"
ISSUER = "https://api.botframework.com"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """One key for each name and process: making them is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(name: str, endorsements: list[str] | None) -> dict[str, Any]:
    public: dict[str, Any] = RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
    named = {} if endorsements is None else {"endorsements": endorsements}
    return {**public, "kid": name, "use": "sig", **named}


def claims(service_url: str, **changes: Any) -> dict[str, Any]:
    """What the connector claims; a change to None leaves the claim out."""
    now = datetime.now(UTC)
    usual = {
        "iss": ISSUER,
        "aud": APP_ID,
        "serviceurl": service_url,
        "nbf": now - timedelta(minutes=1),
        "exp": now + timedelta(hours=1),
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def sign(payload: dict[str, Any], *, kid: str | None = "k1", key: str | None = None) -> str:
    """Signs with the key named `key` and says it was `kid`."""
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(payload, rsa_key(key or kid or "k1"), algorithm="RS256", headers=headers)


def sign_hs256(payload: dict[str, Any]) -> str:
    """The classic confusion: an HMAC instead of a signature."""
    return jwt.encode(payload, "x" * 64, algorithm="HS256", headers={"kid": "k1"})


def sign_none(payload: dict[str, Any]) -> str:
    """No signature at all."""
    return jwt.encode(payload, "", algorithm="none", headers={"kid": "k1"})


def tampered(token: str) -> str:
    """The same token after somebody changed a claim."""
    header, payload, signature = token.split(".")
    data = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**data, "extra": 1}).encode()).rstrip(b"=").decode()
    return f"{header}.{changed}.{signature}"


class KeyServer:
    """OpenID metadata and keys on loopback; `keys` is what it publishes, `asked` counts key requests."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = [jwk("k1", ["msteams"])]
        self.asked = 0
        self.metadata_asked = 0
        self.status = 200
        self.proceed = asyncio.Event()
        self.proceed.set()
        self.metadata_url = ""

    async def metadata(self, request: web.Request) -> web.Response:
        self.metadata_asked += 1
        await self.proceed.wait()
        if self.status != 200:
            return web.Response(status=self.status)
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(request.url.with_path("/keys"))})

    async def published(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.json_response({"keys": self.keys})


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Serves `app` on a free port of this machine; gives its address without trailing slash."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def key_server() -> AsyncIterator[KeyServer]:
    """A running key server."""
    server = KeyServer()
    app = web.Application()
    app.router.add_get("/.well-known/openidconfiguration", server.metadata)
    app.router.add_get("/keys", server.published)
    async with serving(app) as url:
        server.metadata_url = f"{url}/.well-known/openidconfiguration"
        yield server
        server.proceed.set()
