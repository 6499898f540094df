from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest

from bot.simulator.login import GRAPH_PERMISSIONS, Login
from bot.simulator.pki import Pki

TENANT = "8f7d2c11-5b7e-4f0e-9f7c-3a3d0f1d2b10"
GRAPH = "https://graph.microsoft.com"


@pytest.fixture
async def login(tmp_path: Path) -> AsyncIterator[Login]:
    service = Login(Pki(tmp_path), TENANT, {"app": "s3cret"})
    await service.start()
    yield service
    await service.close()


async def _ask(login: Login, tenant: str = TENANT, **changes: str) -> tuple[int, dict[str, Any]]:
    form = {
        "grant_type": "client_credentials",
        "client_id": "app",
        "client_secret": "s3cret",
        "scope": f"{GRAPH}/.default",
    } | changes
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{login.url}/{tenant}/oauth2/v2.0/token", data=form, ssl=login.pki.client_context()
        ) as response,
    ):
        return response.status, await response.json()


async def _get(login: Login, path: str) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{login.url}/{TENANT}{path}", ssl=login.pki.client_context()) as response,
    ):
        body: dict[str, Any] = await response.json()
        return body


async def test_right_secret_gives_usable_token(login: Login) -> None:
    status, body = await _ask(login)
    claims = login.check(body["access_token"], GRAPH)
    assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert (claims["tid"], claims["appid"]) == (TENANT, "app")
    assert set(claims["roles"]) == GRAPH_PERMISSIONS
    assert login.issued == 1


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "guessed"}, 401, "invalid_client", 7000215),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "User.Read"}, 400, "invalid_scope", 1002012),
        ({"tenant": "another"}, 400, "invalid_request", 90002),
    ],
)
async def test_wrong_request_gets_entra_error(
    login: Login, changes: dict[str, str], status: int, error: str, code: int
) -> None:
    seen, body = await _ask(login, **changes)
    assert (seen, body["error"], body["error_codes"]) == (status, error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert login.issued == 0


async def test_published_key_verifies_the_token(login: Login) -> None:
    configuration = await _get(login, "/v2.0/.well-known/openid-configuration")
    keys = await _get(login, "/discovery/v2.0/keys")
    token = (await _ask(login))[1]["access_token"]
    key = jwt.PyJWK(keys["keys"][0])
    claims = jwt.decode(token, key, audience=GRAPH, issuer=configuration["issuer"], algorithms=["RS256"])
    assert jwt.get_unverified_header(token)["kid"] == keys["keys"][0]["kid"]
    assert claims["tid"] == TENANT
    assert configuration["token_endpoint"] == f"{login.url}/{TENANT}/oauth2/v2.0/token"


async def test_token_serves_one_audience_only(login: Login) -> None:
    token = (await _ask(login, scope="https://api.botframework.com/.default"))[1]["access_token"]
    assert login.check(token, "https://api.botframework.com")
    with pytest.raises(jwt.InvalidAudienceError):
        login.check(token, GRAPH)


async def test_expired_token_is_not_accepted(login: Login) -> None:
    login.lifetime = timedelta(seconds=-1)
    with pytest.raises(jwt.ExpiredSignatureError):
        login.check(login.token(GRAPH, "app"), GRAPH)


async def test_service_that_is_down_says_so(login: Login) -> None:
    login.down = True
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{login.url}/{TENANT}/oauth2/v2.0/token", ssl=login.pki.client_context()) as response,
    ):
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
