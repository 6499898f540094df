"""Who is calling: the Bot Framework connector proves itself with a signed token.

Rules: "Authentication with the Bot Connector API", Connector to bot. Everything that can be told
without a key is checked first, so that garbage never causes an outgoing call.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn, Protocol

import jwt
import msgspec
from jwt.types import Options

from bot.channel.keys import KeyCache, SigningKey
from bot.channel.limits import limits
from bot.errors import Refused

ISSUER: Final = "https://api.botframework.com"
ALGORITHM: Final = "RS256"

_UNSIGNED: Final[Options] = {
    "verify_signature": False,
    "verify_exp": True,
    "verify_nbf": True,
    "verify_iat": False,
    "verify_aud": True,
    "verify_iss": True,
    "require": ["exp", "iss", "aud"],
}
_BROKEN: Final = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says of its bearer; `trusted` needs no token (a development bot)."""

    service_url: str | None = None
    endorsements: frozenset[str] | None = None
    trusted: bool = False

    def check(self, channel_id: str, service_url: str) -> None:
        """Sees that the token was made for this activity.

        Raises `Refused`: 401 when its key may not sign for the channel, 403 when it names another
        service URL, or none.
        """
        if self.trusted:
            return
        if self.endorsements is not None and channel_id not in self.endorsements:
            raise Refused(401, "the token's key is not endorsed for this channel")
        if self.service_url is None or self.service_url.rstrip("/") != service_url.rstrip("/"):
            raise Refused(403, "the token was made for another serviceUrl")


class Authenticator(Protocol):
    """Finds out who sent a request."""

    async def identify(self, authorization: str | None) -> Identity:
        """Reads the Authorization header. Raises `Refused` (401, or 503 without keys)."""
        ...


class NoTokens:
    """Lets everybody in: for `serve --dev`, which listens on loopback only."""

    async def identify(self, authorization: str | None) -> Identity:
        """Anybody is trusted."""
        return Identity(trusted=True)


class ConnectorTokens:
    """Accepts tokens that the connector signed for `app_id`, and no others."""

    def __init__(self, app_id: str, keys: KeyCache, *, clock_skew_s: float | None = None) -> None:
        self._app_id = app_id
        self._keys = keys
        self._skew = limits().token.clock_skew_s if clock_skew_s is None else clock_skew_s
        self._signatures = jwt.PyJWS(algorithms=[ALGORITHM])

    async def identify(self, authorization: str | None) -> Identity:
        """Checks algorithm, issuer, audience and times, then the signature (RFC 7515, RFC 7519).

        Raises `Refused`: 401 for every defect, 503 when there are no keys to check with.
        """
        token = _bearer(authorization)
        header, claims = self._claims(token)
        key = await self._keys.find(_key_id(header))
        self._verify(token, key)
        service_url = claims.get("serviceurl")
        return Identity(
            service_url=service_url if isinstance(service_url, str) else None,
            endorsements=key.endorsements if key else None,
        )

    def _claims(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            parts = jwt.decode_complete(
                token, options=_UNSIGNED, audience=self._app_id, issuer=ISSUER, leeway=self._skew
            )
        except _BROKEN as exc:
            _unauthorised(exc)
        return parts["header"], parts["payload"]

    def _verify(self, token: str, key: SigningKey | None) -> None:
        if key is None:
            raise Refused(401, "the token's key is not known")
        try:
            self._signatures.decode_complete(token, key.key, algorithms=[ALGORITHM])
        except _BROKEN as exc:
            _unauthorised(exc)


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(401, "a bearer token is required")
    return token.strip()


def _key_id(header: dict[str, Any]) -> str:
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str) or not kid:
        raise Refused(401, "the token is not signed as the connector signs")
    return kid


def _unauthorised(exc: Exception) -> NoReturn:
    raise Refused(401, "the token is not valid") from exc
