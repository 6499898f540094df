import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from msal.application import ConfidentialClientApplication

from bot.simulator.assertion import BEARER, proves
from bot.simulator.login import Login
from bot.simulator.pki import Pki
from tests.support.tenant import CLIENT, TENANT

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
GRAPH = "https://graph.microsoft.com"


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "decroche")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


CERTIFICATE = certificate(KEY)
PEM = CERTIFICATE.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
async def login(tmp_path: Path) -> AsyncIterator[Login]:
    service = Login(Pki(tmp_path), TENANT, {}, certificates={CLIENT: [PEM]})
    await service.start()
    yield service
    await service.close()


def ask(login: Login, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    """What msal, which is Microsoft's own client, gets."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(login.pki.ca_file)
        made: Any = ConfidentialClientApplication
        app = made(
            CLIENT,
            client_credential={"private_key": pem.decode(), "public_certificate": PEM.decode()},
            authority=f"{login.url}/{TENANT}",
            http_client=session,
            instance_discovery=False,
        )
        result: dict[str, Any] = app.acquire_token_for_client(scopes=[f"{GRAPH}/.default"])
        return result


async def test_registered_certificate_gets_a_token(login: Login) -> None:
    result = await asyncio.to_thread(ask, login, KEY)
    assert login.check(result["access_token"], GRAPH)["appid"] == CLIENT


async def test_another_key_is_refused(login: Login) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    result = await asyncio.to_thread(ask, login, other)
    assert (result["error"], result["error_codes"]) == ("invalid_client", [700027])


def test_rubbish_proves_nothing() -> None:
    elliptic = certificate(ec.generate_private_key(ec.SECP256R1()))
    pems = [PEM, elliptic.public_bytes(serialization.Encoding.PEM)]
    form = {"client_id": CLIENT, "client_assertion_type": BEARER, "client_assertion": "a.b.c"}
    assert not proves(form, pems, ["aud"])
    assert not proves(form | {"client_assertion_type": "other"}, pems, ["aud"])
