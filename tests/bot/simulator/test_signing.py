"""A bot that checks tokens as in production accepts those of the simulated connector, and only those."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from bot.simulator.signing import ISSUER, ConnectorKey


def _claims(key: ConnectorKey, token: str) -> dict[str, object]:
    public = RSAAlgorithm.from_jwk({k: v for k, v in key.jwk().items() if k != "endorsements"})
    claims: dict[str, object] = jwt.decode(token, public, algorithms=["RS256"], audience="app", issuer=ISSUER)  # type: ignore[arg-type]  # a public key, though typed as either
    return claims


def test_token_verifies_with_published_key() -> None:
    key = ConnectorKey()
    assert _claims(key, key.token("app", "http://teams/"))["serviceurl"] == "http://teams/"


def test_expired_token_does_not_verify() -> None:
    key = ConnectorKey()
    with pytest.raises(jwt.ExpiredSignatureError):
        _claims(key, key.token("app", "http://teams/", timedelta(hours=-1)))


def test_key_is_endorsed_for_teams() -> None:
    assert ConnectorKey().jwk()["endorsements"] == ["msteams"]
