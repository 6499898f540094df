import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from bot.errors import ConfigurationError, DirectoryError
from bot.graph.errors import GraphError
from bot.graph.token import MsalTokens
from tests.support.appcertificate import certificate, private, rsa_key
from tests.support.tenant import CLIENT, SECRET, Tenant
from tests.support.waiting import wait_until


async def test_token_is_for_this_graph(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings())
    claims = tenant.login.check(await tokens.token(), tenant.graph.url)
    assert claims["appid"] == CLIENT
    await tokens.close()


async def test_many_callers_share_one_token(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings())
    seen = await asyncio.gather(*(tokens.token() for _ in range(10)))
    assert len(set(seen)) == 1
    assert tenant.login.issued == 1
    await tokens.close()


async def test_refused_token_is_replaced_once(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings())
    old = await tokens.token()
    new = await asyncio.gather(*(tokens.token(instead_of=old) for _ in range(5)))
    assert {old}.isdisjoint(new)
    assert tenant.login.issued == 2
    await tokens.close()


async def test_expired_token_is_fetched_anew(tenant: Tenant) -> None:
    tenant.login.lifetime = timedelta(seconds=0)
    tokens = MsalTokens(tenant.settings())
    assert await tokens.token() != await tokens.token()
    await tokens.close()


@pytest.mark.parametrize(
    ("changes", "code", "advice"),
    [
        ({"graph_client_secret": SecretStr("guessed")}, "invalid_client", "DECROCHE_GRAPH_CLIENT_SECRET"),
        ({"graph_client_id": "nobody"}, "unauthorized_client", "DECROCHE_GRAPH_CLIENT_ID"),
        ({"tenant_id": "another"}, "", "DECROCHE_TENANT_ID"),
    ],
)
async def test_wrong_setting_is_named(
    tenant: Tenant, changes: dict[str, object], code: str, advice: str
) -> None:
    tokens = MsalTokens(tenant.settings(**changes))
    with pytest.raises(GraphError) as caught:
        await tokens.token()
    assert caught.value.code == code
    assert advice in caught.value.advice
    assert "guessed" not in str(caught.value)
    await tokens.close()


async def test_dead_login_service_is_directory_error(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings())
    tenant.login.down = True
    with pytest.raises(DirectoryError, match="cannot be reached"):
        await tokens.token()
    await tokens.close()


async def test_unreachable_login_service_is_directory_error(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings(authority="https://127.0.0.1:1"))
    with pytest.raises(DirectoryError, match="cannot be reached"):
        await tokens.token()
    await tokens.close()


async def test_apps_own_secret_is_the_default(tenant: Tenant) -> None:
    own = {"app_id": CLIENT, "app_secret": SecretStr(SECRET)}
    tokens = MsalTokens(tenant.settings(graph_client_id=None, graph_client_secret=None, **own))
    assert tenant.login.check(await tokens.token(), tenant.graph.url)
    await tokens.close()


def pem(folder: Path) -> Path:
    path = folder / "app.pem"
    path.write_bytes(private(rsa_key()) + certificate(rsa_key()))
    return path


async def test_certificate_proves_the_application(tenant: Tenant, tmp_path: Path) -> None:
    path = pem(tmp_path)
    tenant.login.certificates[CLIENT] = [path.read_bytes()]
    tenant.login.clients.clear()
    tokens = MsalTokens(tenant.settings(graph_client_secret=None, graph_certificate=path))
    assert tenant.login.check(await tokens.token(), tenant.graph.url)["appid"] == CLIENT
    await tokens.close()


async def test_unknown_certificate_is_refused_with_advice(tenant: Tenant, tmp_path: Path) -> None:
    tenant.login.certificates[CLIENT] = [certificate(rsa_key(), days=3)]
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "other.pem"
    path.write_bytes(private(other) + certificate(other))
    tokens = MsalTokens(tenant.settings(graph_certificate=path))
    with pytest.raises(GraphError) as caught:
        await tokens.token()
    assert "DECROCHE_GRAPH_CERTIFICATE" in caught.value.advice
    await tokens.close()


async def test_certificate_comes_before_secret(tenant: Tenant, tmp_path: Path) -> None:
    path = pem(tmp_path)
    tenant.login.certificates[CLIENT] = [path.read_bytes()]
    tokens = MsalTokens(tenant.settings(graph_client_secret=SecretStr("old"), graph_certificate=path))
    assert await tokens.token()
    await tokens.close()


async def test_ageing_token_is_replaced_meanwhile(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings())
    old = await tokens.token()
    tokens._renew_at = 0.0
    assert await tokens.token() == old
    await wait_until(lambda: tenant.login.issued == 2, "a second token")
    await tokens.close()
    assert await tokens.token() != old


async def test_failed_renewal_costs_nobody_anything(tenant: Tenant) -> None:
    tokens = MsalTokens(tenant.settings())
    old = await tokens.token()
    tokens._renew_at = 0.0
    tenant.login.down = True
    assert await tokens.token() == old
    await tokens.close()
    assert await tokens.token() == old
    assert tokens._renew_at > 0


@pytest.mark.parametrize("missing", ["tenant_id", "graph_client_id", "graph_client_secret"])
async def test_missing_setting_is_configuration_error(tenant: Tenant, missing: str) -> None:
    with pytest.raises(ConfigurationError, match="needs a tenant"):
        MsalTokens(tenant.settings(**{missing: None}))
