import socket
import ssl
import threading
from pathlib import Path

import pytest

from bot.simulator.pki import COMPANY, MICROSOFT, Kind, Pki


def _shake_hands(pki: Pki, kind: Kind, client: ssl.SSLContext, name: str) -> dict[str, object]:
    """Both sides of one TLS handshake over a socket pair; the certificate that the client accepted."""
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            with pki.context(kind, (name,)).wrap_socket(far, server_side=True) as accepted:
                accepted.recv(1)
        except OSError:
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with near, client.wrap_socket(near, server_hostname=name) as connected:
            certificate = connected.getpeercert()
            assert certificate is not None
            return dict(certificate)
    finally:
        thread.join()


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def _organisation(certificate: dict[str, object]) -> object:
    issuer = certificate["issuer"]
    assert isinstance(issuer, tuple)
    return dict(pair for (pair,) in issuer)["organizationName"]


def test_microsoft_certificate_verifies_for_name(pki: Pki) -> None:
    seen = _shake_hands(pki, "ok", pki.client_context(), "teams.microsoft.com")
    assert _organisation(seen) == MICROSOFT
    assert seen["subjectAltName"] == (("DNS", "teams.microsoft.com"),)


def test_address_is_a_name_too(pki: Pki) -> None:
    seen = _shake_hands(pki, "ok", pki.client_context(), "127.0.0.1")
    assert seen["subjectAltName"] == (("IP Address", "127.0.0.1"),)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("expired", "certificate has expired"),
        ("untrusted", "unable to get local issuer certificate|self-signed certificate"),
        ("intercepted", "unable to get local issuer certificate"),
    ],
)
def test_bad_certificate_fails_for_reason(pki: Pki, kind: Kind, reason: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        _shake_hands(pki, kind, pki.client_context(), "teams.microsoft.com")


def test_inspection_verifies_with_company_root(pki: Pki) -> None:
    client = ssl.create_default_context(cafile=pki.inspection_file)
    assert _organisation(_shake_hands(pki, "intercepted", client, "teams.microsoft.com")) == COMPANY


def test_strict_clients_accept_the_chain(pki: Pki) -> None:
    client = pki.client_context()
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    assert _shake_hands(pki, "ok", client, "login.microsoftonline.com")


def test_contexts_are_made_only_once(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "made" / "here")
    assert pki.context("ok", ("a.example",)) is pki.context("ok", ("a.example",))
    assert pki.context("ok", ("a.example",)) is not pki.context("expired", ("a.example",))
    assert {path.suffix for path in pki.directory.iterdir()} == {".pem"}
