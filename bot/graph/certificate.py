"""The certificate by which the application proves itself to Entra, instead of a secret that expires in a drawer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.errors import ConfigurationError

_ADVICE = "Give a PEM file with an RSA key, not encrypted, and its certificate (docs/graph.md)."


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A private key with its certificate (PEM); `expires` is UTC. Never shown."""

    private_key: str
    certificate: str
    expires: datetime

    def __repr__(self) -> str:
        return f"Credential(expires={self.expires.isoformat()})"

    def for_msal(self) -> dict[str, str]:
        """As msal takes it; it works out the thumbprint (SHA-256) itself."""
        return {"private_key": self.private_key, "public_certificate": self.certificate}


def read_certificate(path: Path, now: datetime | None = None) -> Credential:
    """Reads a PEM file of key and certificate; raises `ConfigurationError` when it cannot serve today."""
    try:
        pem = path.read_bytes()
        key = load_pem_private_key(pem, password=None)
        certificate = x509.load_pem_x509_certificate(pem)
    except (OSError, ValueError, TypeError) as exc:
        raise ConfigurationError(
            f"DECROCHE_GRAPH_CERTIFICATE cannot be used ({type(exc).__name__})", _ADVICE
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError("DECROCHE_GRAPH_CERTIFICATE has no RSA key", _ADVICE)
    expires = certificate.not_valid_after_utc
    if expires <= (now or datetime.now(UTC)):
        said = f"the certificate of DECROCHE_GRAPH_CERTIFICATE expired on {expires:%Y-%m-%d}"
        raise ConfigurationError(said, "Make a new one, upload it to the application in Entra, and set it.")
    text = pem.decode("ascii", "replace")
    return Credential(private_key=text, certificate=text[text.index("-----BEGIN CERT") :], expires=expires)
