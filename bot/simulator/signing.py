"""The key with which the simulated Bot Connector signs what it sends to a bot.

A bot must meet here exactly the tokens that it meets in production, so the key is a real RSA key,
published as a JSON Web Key with the endorsements that Teams's own keys carry.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER: Final = "https://api.botframework.com"
LIFETIME: Final = timedelta(hours=1)


class ConnectorKey:
    """An RS256 signing key with its published half."""

    def __init__(self, kid: str = "simulated-connector-1") -> None:
        self.kid = kid
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self) -> dict[str, Any]:
        """The public key as a JSON Web Key (RFC 7517) with Teams's endorsement."""
        public: dict[str, Any] = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "x5t": self.kid, "endorsements": ["msteams"]}

    def token(self, app_id: str, service_url: str, lifetime: timedelta = LIFETIME) -> str:
        """A token as the connector presents it to the bot `app_id`."""
        now = datetime.now(UTC)
        claims = {"iss": ISSUER, "aud": app_id, "serviceurl": service_url, "nbf": now, "exp": now + lifetime}
        return jwt.encode(claims, self._private, algorithm="RS256", headers={"kid": self.kid})
