"""Certification authorities of the simulated world.

One stands for the CA that Microsoft's certificates come from, one for a company's TLS inspection
box, one for a root that nobody has (what a phone with an old root store sees). Elliptic-curve keys,
because a whole world is built for every test.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MICROSOFT: Final = "Microsoft Corporation"
COMPANY: Final = "Soierie Bellecour"

Kind = Literal["ok", "intercepted", "expired", "untrusted"]

_DAY = timedelta(days=1)
_VALID: Final = (-30 * _DAY, 335 * _DAY)
_EXPIRED: Final = (-400 * _DAY, -35 * _DAY)


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _subject_alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True)
class Leaf:
    """A server's certificate and private key, both as PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True)
class Authority:
    """A CA that issues certificates for servers."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The CA's certificate, for a client to trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, names: Sequence[str], valid: tuple[timedelta, timedelta] = _VALID) -> Leaf:
        """Makes a certificate for `names` (host names or addresses), valid between two offsets from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(MICROSOFT, names[0][:64]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + valid[0])
            .not_valid_after(now + valid[1])
            .add_extension(
                x509.SubjectAlternativeName([_subject_alternative(n) for n in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        return Leaf(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )


def make_authority(organisation: str, common_name: str) -> Authority:
    """Makes a root CA, valid from ten years ago for twenty years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, common_name)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3650 * _DAY)
        .not_valid_after(now + 3650 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


@dataclass
class Pki:
    """Every CA of the world, with its files in `directory`; server contexts are made once and kept."""

    directory: Path
    microsoft: Authority = field(
        default_factory=lambda: make_authority(MICROSOFT, "Simulated Microsoft TLS Root CA")
    )
    inspection: Authority = field(
        default_factory=lambda: make_authority(COMPANY, "Bellecour TLS Inspection CA")
    )
    forgotten: Authority = field(
        default_factory=lambda: make_authority(MICROSOFT, "Simulated Microsoft Forgotten Root CA")
    )
    _contexts: dict[tuple[Kind, tuple[str, ...]], ssl.SSLContext] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.ca_file.write_bytes(self.microsoft.pem)
        self.inspection_file.write_bytes(self.inspection.pem)

    @property
    def ca_file(self) -> Path:
        """The CA that clients of this world trust besides the system's."""
        return self.directory / "microsoft-ca.pem"

    @property
    def inspection_file(self) -> Path:
        """The inspection box's CA: on the company's computers, never on its phones."""
        return self.directory / "inspection-ca.pem"

    def leaf(self, kind: Kind, names: Sequence[str]) -> Leaf:
        """A certificate for `names` as a server, or who sits in its way, presents it."""
        if kind == "intercepted":
            return self.inspection.issue(names)
        if kind == "untrusted":
            return self.forgotten.issue(names)
        return self.microsoft.issue(names, _EXPIRED if kind == "expired" else _VALID)

    def context(self, kind: Kind = "ok", names: Sequence[str] = ("localhost", "127.0.0.1")) -> ssl.SSLContext:
        """A server's TLS context (TLS 1.2 and up) with a certificate of that kind."""
        wanted = (kind, tuple(names))
        if wanted not in self._contexts:
            self._contexts[wanted] = self._make_context(kind, names)
        return self._contexts[wanted]

    def _make_context(self, kind: Kind, names: Sequence[str]) -> ssl.SSLContext:
        leaf = self.leaf(kind, names)
        file = self.directory / f"server-{len(self._contexts)}.pem"
        file.touch(mode=0o600)
        file.write_bytes(leaf.key + leaf.certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(file)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client's context that trusts this world's Microsoft CA and nothing else."""
        return ssl.create_default_context(cafile=self.ca_file)
