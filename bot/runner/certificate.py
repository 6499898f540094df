"""A server's certificate in plain terms, and what a failed verification means.

OpenSSL decides whether a chain is good; this only names what is wrong with one that is not. A chain
to an unknown root that is right in all else, for a name whose issuers are known, was made by a
device on the way: TLS is inspected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from bot.domain.probe import Failure

# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_CODES: Final = {
    9: Failure.tls_not_yet_valid,
    10: Failure.tls_expired,
    62: Failure.tls_name_mismatch,
    64: Failure.tls_name_mismatch,
}

_UNREADABLE: Final = (
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What matters of a certificate; times are UTC."""

    subject: str
    issuer: str
    issuer_organisation: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    sha256: str
    self_signed: bool

    def details(self, now: datetime | None = None) -> dict[str, Any]:
        """For a result: JSON-safe."""
        told = msgspec.structs.asdict(self)
        days = (self.not_after - (now or datetime.now(UTC))).days
        return {
            **told,
            "names": list(self.names[:20]),
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "days_left": days,
        }

    def covers(self, name: str) -> bool:
        """True when the certificate is for `name`; a wildcard stands for one label (RFC 9525 section 6.3)."""
        asked = name.rstrip(".").lower()
        parent = asked.partition(".")[2]
        return any(
            known == asked or (known.startswith("*.") and known[2:] == parent)
            for known in map(str.lower, self.names)
        )


def _organisation(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else ""


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError, *_UNREADABLE):
        return ()
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return (*extension.value.get_values_for_type(x509.DNSName), *map(str, addresses))


def read_certificate(der: bytes) -> Certificate:
    """Reads a DER certificate; raises `ValueError` on anything else."""
    try:
        return _read(der, x509.load_der_x509_certificate(der))
    except _UNREADABLE as exc:
        raise ValueError(f"not a certificate: {exc}") from exc


def _read(der: bytes, leaf: x509.Certificate) -> Certificate:
    return Certificate(
        subject=leaf.subject.rfc4514_string(),
        issuer=leaf.issuer.rfc4514_string(),
        issuer_organisation=_organisation(leaf.issuer),
        names=_names(leaf),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        sha256=hashlib.sha256(der).hexdigest(),
        self_signed=leaf.issuer == leaf.subject,
    )


def judged_at(chain: Sequence[Certificate], when: datetime) -> Literal["ok", "expired", "not_yet_valid"]:
    """What a phone whose clock stands at `when` makes of the dates of a chain, its root included (RFC 5280 6.1.3)."""
    if any(when < certificate.not_before for certificate in chain):
        return "not_yet_valid"
    return "expired" if any(when > certificate.not_after for certificate in chain) else "ok"


def why_refused(code: int, leaf: Certificate | None, name: str, issuers: Collection[str]) -> Failure:
    """Names a verification that failed with OpenSSL's `code`.

    `issuers`: the organisations known to sign for `name`; empty when nobody knows, and then a chain to
    an unknown root is only untrusted.
    """
    named = _CODES.get(code)
    if named is not None:
        return named
    made_on_the_way = (
        leaf is not None
        and bool(issuers)
        and not leaf.self_signed
        and leaf.covers(name)
        and leaf.issuer_organisation not in issuers
    )
    return Failure.tls_intercepted if made_on_the_way else Failure.tls_untrusted
