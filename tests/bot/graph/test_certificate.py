from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bot.errors import ConfigurationError
from bot.graph.certificate import read_certificate
from tests.support.appcertificate import certificate, private, rsa_key

ELLIPTIC = ec.generate_private_key(ec.SECP256R1())


def written(folder: Path, *parts: bytes) -> Path:
    path = folder / "app.pem"
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("key_first", [True, False])
def test_key_and_certificate_are_read(tmp_path: Path, key_first: bool) -> None:
    parts = (private(rsa_key()), certificate(rsa_key()))
    credential = read_certificate(written(tmp_path, *(parts if key_first else parts[::-1])))
    assert credential.expires > datetime.now(UTC) + timedelta(days=29)
    assert credential.for_msal()["public_certificate"].startswith("-----BEGIN CERTIFICATE-----")


def test_nothing_secret_is_shown(tmp_path: Path) -> None:
    credential = read_certificate(written(tmp_path, private(rsa_key()), certificate(rsa_key())))
    assert "BEGIN" not in f"{credential!r}{credential}"


@pytest.mark.parametrize(
    "content",
    [
        lambda: b"",
        lambda: b"\xff\x00 no PEM",
        lambda: private(rsa_key()),
        lambda: certificate(rsa_key()),
        lambda: private(rsa_key(), b"secret") + certificate(rsa_key()),
        lambda: private(ELLIPTIC) + certificate(ELLIPTIC),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: Callable[[], bytes]) -> None:
    with pytest.raises(ConfigurationError, match="DECROCHE_GRAPH_CERTIFICATE") as caught:
        read_certificate(written(tmp_path, content()))
    assert "PEM" in caught.value.advice


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        read_certificate(tmp_path / "none.pem")


def test_expired_certificate_is_told_by_date(tmp_path: Path) -> None:
    path = written(tmp_path, private(rsa_key()), certificate(rsa_key(), days=-1))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(ConfigurationError, match=f"expired on {yesterday:%Y-%m-%d}"):
        read_certificate(path)
