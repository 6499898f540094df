"""The login service of the simulated world: where the bot and the Graph client get their tokens.

Answers over TLS as Entra's v2.0 endpoint does for client credentials (RFC 6749 §4.4), errors
included, because a wrong secret is the commonest mistake of a first installation.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.simulator.assertion import proves
from bot.simulator.listening import Listener
from bot.simulator.pki import Pki

READ_PERMISSIONS: Final = frozenset(
    {
        "User.Read.All",
        "LicenseAssignment.Read.All",
        "AuditLog.Read.All",
        "ServiceHealth.Read.All",
        "TeamsUserConfiguration.Read.All",
        "GroupMember.Read.All",
        "TeamsTelephoneNumber.Read.All",
        "Policy.Read.ConditionalAccess",
    }
)
WRITE_PERMISSIONS: Final = frozenset(
    {"LicenseAssignment.ReadWrite.All", "User.EnableDisableAccount.All", "GroupMember.ReadWrite.All"}
)
GRAPH_PERMISSIONS: Final = READ_PERMISSIONS | WRITE_PERMISSIONS


@dataclass(frozen=True)
class _Mistake:
    status: int
    error: str
    code: int
    text: str


_NO_TENANT = _Mistake(400, "invalid_request", 90002, "Tenant '{tenant}' not found.")
_NO_CLIENT = _Mistake(400, "unauthorized_client", 700016, "Application '{client}' was not found.")
_BAD_SECRET = _Mistake(401, "invalid_client", 7000215, "Invalid client secret provided.")
_BAD_CERTIFICATE = _Mistake(
    401,
    "invalid_client",
    700027,
    "The certificate with identifier used to sign the client assertion is not registered on application.",
)
_BAD_GRANT = _Mistake(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
_BAD_SCOPE = _Mistake(400, "invalid_scope", 1002012, "The provided value for scope {scope} is not valid.")


def make_key() -> rsa.RSAPrivateKey:
    """A key to sign tokens with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Login:
    """A tenant's token endpoint on loopback.

    `clients` maps application ids to secrets, `certificates` to what they may sign with instead (PEM);
    `permissions` are the application permissions that
    tokens carry as `roles`; `lifetime` is that of a token; `issued` counts them.
    """

    pki: Pki
    tenant: str
    clients: dict[str, str]
    certificates: dict[str, list[bytes]] = field(default_factory=dict)
    permissions: set[str] = field(default_factory=lambda: set(GRAPH_PERMISSIONS))
    lifetime: timedelta = timedelta(hours=1)
    down: bool = False
    issued: int = 0
    key: rsa.RSAPrivateKey = field(default_factory=make_key, repr=False)

    def __post_init__(self) -> None:
        self._key_id = uuid.uuid4().hex
        self._listener = Listener(self._app(), self.pki.context())

    async def start(self) -> None:
        """Listens on a port chosen by the system."""
        await self._listener.start()

    async def close(self) -> None:
        """Stops listening."""
        await self._listener.close()

    @property
    def url(self) -> str:
        """The authority without tenant, as `DECROCHE_AUTHORITY` wants it."""
        return self._listener.url

    @property
    def issuer(self) -> str:
        """Who the tokens say has issued them."""
        return f"{self.url}/{self.tenant}/v2.0"

    def token(self, audience: str, client: str, **claims: object) -> str:
        """Signs a token for `audience`, as the token endpoint does."""
        now = datetime.now(UTC)
        body = {
            "aud": audience,
            "iss": self.issuer,
            "iat": now,
            "nbf": now - timedelta(seconds=5),
            "exp": now + self.lifetime,
            "appid": client,
            "azp": client,
            "tid": self.tenant,
            "roles": sorted(self.permissions),
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(body | claims, self.key, algorithm="RS256", headers={"kid": self._key_id})

    def check(self, token: str, audience: str) -> Mapping[str, Any]:
        """The claims of a token of this service for `audience`; raises `jwt.InvalidTokenError`."""
        claims = jwt.decode(
            token,
            self.key.public_key(),
            algorithms=["RS256"],
            audience=audience,
            issuer=self.issuer,
            options={"require": ["exp", "aud", "iss"]},
        )
        return cast("Mapping[str, Any]", claims)

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._grant)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration)
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        return app

    async def _configuration(self, request: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503, headers={"Retry-After": "1"})
        tenant = request.match_info["tenant"]
        if tenant != self.tenant:
            return _refusal(_NO_TENANT, tenant=tenant)
        base = f"{self.url}/{tenant}"
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "response_types_supported": ["code", "id_token", "token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "tenant_region_scope": "EU",
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**public, "use": "sig", "kid": self._key_id}]})

    async def _grant(self, request: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503, headers={"Retry-After": "1"})
        form = {name: str(value) for name, value in (await request.post()).items()}
        tenant = request.match_info["tenant"]
        mistake = self._mistake(tenant, form)
        if mistake is not None:
            return _refusal(mistake, tenant=tenant, client=form.get("client_id"), scope=form.get("scope"))
        self.issued += 1
        audience = form["scope"].removesuffix("/.default")
        seconds = int(self.lifetime.total_seconds())
        return web.json_response(
            {
                "token_type": "Bearer",
                "expires_in": seconds,
                "ext_expires_in": seconds,
                "access_token": self.token(audience, form["client_id"]),
            }
        )

    def _mistake(self, tenant: str, form: Mapping[str, str]) -> _Mistake | None:
        if tenant != self.tenant:
            return _NO_TENANT
        if form.get("grant_type") != "client_credentials":
            return _BAD_GRANT
        refused = self._unproven(tenant, form)
        if refused is not None:
            return refused
        return None if form.get("scope", "").endswith("/.default") else _BAD_SCOPE

    def _unproven(self, tenant: str, form: Mapping[str, str]) -> _Mistake | None:
        client = form.get("client_id", "")
        if client not in self.clients and client not in self.certificates:
            return _NO_CLIENT
        if "client_assertion" in form:
            ours = (f"{self.url}/{tenant}/oauth2/v2.0/token", f"{self.url}/{tenant}/v2.0")
            proven = proves(form, self.certificates.get(client, ()), ours)
            return None if proven else _BAD_CERTIFICATE
        secret = self.clients.get(client)
        return None if secret is not None and form.get("client_secret") == secret else _BAD_SECRET


def _refusal(mistake: _Mistake, **values: str | None) -> web.Response:
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    stamp = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    text = mistake.text.format(**values)
    return web.json_response(
        {
            "error": mistake.error,
            "error_description": f"AADSTS{mistake.code}: {text} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {stamp}",
            "error_codes": [mistake.code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
        },
        status=mistake.status,
    )
