"""Certificates for TLS tests: an authority, and what it signs."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


class Authority:
    """A certificate authority of its own."""

    def __init__(self, directory: Path, organisation: str) -> None:
        self._directory = directory
        self._subject = _name(organisation, f"{organisation} Root")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._build(
            self._subject, self._key, (NOW - 365 * DAY, NOW + 365 * DAY), (), authority=True
        )
        self.file = directory / f"{organisation.replace(' ', '-')}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def _build(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        valid: tuple[datetime, datetime],
        names: tuple[str, ...],
        *,
        authority: bool = False,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def issue(
        self, *names: str, days: tuple[float, float] = (-1, 30)
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A server certificate for `names`, valid between two days counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        valid = (NOW + days[0] * DAY, NOW + days[1] * DAY)
        return self._build(_name("Bellecour SA", names[0]), key, valid, names), key

    def server(self, *names: str, days: tuple[float, float] = (-1, 30)) -> ssl.SSLContext:
        """A TLS server with such a certificate."""
        return self._context(*self.issue(*names, days=days))

    def bare_server(self) -> ssl.SSLContext:
        """A TLS server that presents the authority's own, self-signed certificate."""
        return self._context(self._certificate, self._key)

    def _context(self, leaf: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
        pem = self._directory / f"{leaf.serial_number}.pem"
        pem.write_bytes(
            leaf.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context
