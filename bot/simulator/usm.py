"""The user-based security model of SNMP v3 (RFC 3414, RFC 3826, RFC 7860), on the agent's side."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Final, Literal

import msgspec
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from bot.simulator import ber

Hash = Literal["sha1", "sha256"]

WINDOW_S: Final = 150
_MEGABYTE: Final = 2**20
_DIGEST: Final[dict[Hash, int]] = {"sha1": 12, "sha256": 24}
_AES_KEY: Final = 16
_HALF: Final = 2**32


class Security(msgspec.Struct, frozen=True, kw_only=True):
    """The security parameters of a message."""

    engine: bytes = b""
    boots: int = 0
    time: int = 0
    user: str = ""
    digest: bytes = b""
    salt: bytes = b""

    def encode(self) -> bytes:
        """As they stand in a message, inside an octet string."""
        inner = ber.sequence(
            ber.string(self.engine),
            ber.integer(self.boots),
            ber.integer(self.time),
            ber.string(self.user),
            ber.string(self.digest),
            ber.string(self.salt),
        )
        return ber.string(inner)


def read_security(octets: bytes) -> Security:
    """The parameters in an octet string; raises `ValueError`."""
    parts = ber.Reader(octets).inside()
    return Security(
        engine=parts.expect(ber.STRING),
        boots=parts.integer(),
        time=parts.integer(),
        user=parts.expect(ber.STRING).decode(),
        digest=parts.expect(ber.STRING),
        salt=parts.expect(ber.STRING),
    )


class User:
    """A user with a password for signing and one for encryption (AES-128), at one engine."""

    def __init__(self, name: str, auth: str, priv: str, engine: bytes, kind: Hash = "sha1") -> None:
        self.name = name
        self._kind: Hash = kind
        self._auth = self._localised(auth, engine)
        self._priv = self._localised(priv, engine)[:_AES_KEY]

    def _localised(self, password: str, engine: bytes) -> bytes:
        """RFC 3414 appendix A.2.2: the password, a megabyte of it, digested, and tied to the engine."""
        raw = password.encode()
        long = (raw * (_MEGABYTE // len(raw) + 1))[:_MEGABYTE]
        key = hashlib.new(self._kind, long).digest()
        return hashlib.new(self._kind, key + engine + key).digest()

    @property
    def blank(self) -> bytes:
        """What stands for the digest while it is made."""
        return bytes(_DIGEST[self._kind])

    def digest(self, message: bytes) -> bytes:
        """The signature of a message that has `blank` in its place."""
        return hmac.digest(self._auth, message, self._kind)[: _DIGEST[self._kind]]

    def _cipher(self, security: Security) -> Cipher[CFB]:
        start = security.boots.to_bytes(4, "big") + security.time.to_bytes(4, "big") + security.salt
        return Cipher(AES(self._priv), CFB(start))

    def encrypt(self, plain: bytes, security: Security) -> bytes:
        """Ciphertext; the salt is in `security`."""
        return self._cipher(security).encryptor().update(plain)

    def decrypt(self, data: bytes, security: Security) -> bytes:
        """Plain text, or nonsense when the password was another; raises `ValueError` for a salt that is none."""
        return self._cipher(security).decryptor().update(data)


class Clock:
    """An engine's boots and time, which make old messages worthless."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.boots = 1

    @property
    def now(self) -> int:
        """Seconds since the engine started."""
        return int(time.monotonic() - self._began) % _HALF

    def in_window(self, security: Security) -> bool:
        """False for a message of another life, or more than 150 s off (RFC 3414 section 3.2)."""
        return security.boots == self.boots and abs(security.time - self.now) <= WINDOW_S


def salt() -> bytes:
    """Eight octets that were never used before."""
    return secrets.token_bytes(8)
