"""A client that proves itself by its certificate instead of a secret (RFC 7523 §2.2, as Entra has it)."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from typing import Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_PRINTS: Final[Mapping[str, hashes.HashAlgorithm]] = {"x5t": hashes.SHA1(), "x5t#S256": hashes.SHA256()}  # noqa: S303 (what RFC 7515 §4.1.7 names)


def proves(form: Mapping[str, str], certificates: Collection[bytes], audiences: Collection[str]) -> bool:
    """True when the form's assertion is signed with one of these certificates (PEM), for us, and of the client."""
    if form.get("client_assertion_type") != BEARER:
        return False
    assertion, client = form.get("client_assertion", ""), form.get("client_id", "")
    return any(
        _signed(assertion, client, x509.load_pem_x509_certificate(pem), audiences) for pem in certificates
    )


def _signed(assertion: str, client: str, certificate: x509.Certificate, audiences: Collection[str]) -> bool:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        header = jwt.get_unverified_header(assertion)
        jwt.decode(
            assertion,
            key,
            algorithms=["RS256", "PS256"],
            audience=list(audiences),
            issuer=client,
            subject=client,
            options={"require": ["exp", "aud", "iss", "sub", "jti"]},
        )
    except jwt.InvalidTokenError:
        return False
    return any(
        str(header.get(name, "")).rstrip("=") == _print(certificate, kind) for name, kind in _PRINTS.items()
    )


def _print(certificate: x509.Certificate, kind: hashes.HashAlgorithm) -> str:
    return base64.urlsafe_b64encode(certificate.fingerprint(kind)).rstrip(b"=").decode()
