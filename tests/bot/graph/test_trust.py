import asyncio
import ssl
from pathlib import Path

import pytest
import requests

from bot.errors import ConfigurationError
from bot.graph.trust import client_context, requests_session
from tests.support.tenant import TENANT, Tenant


def _configuration(tenant: Tenant, ca_file: Path | None) -> int:
    with requests_session(ca_file) as session:
        return session.get(f"{tenant.login.url}/{TENANT}/v2.0/.well-known/openid-configuration").status_code


@pytest.fixture(params=["", "other"])
def other_bundle(request: pytest.FixtureRequest, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names no bundle, or one that does not have the CA."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    if request.param:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tenant.login.pki.inspection_file))


@pytest.mark.usefixtures("other_bundle")
async def test_extra_ca_wins_over_environment(tenant: Tenant) -> None:
    ca_file = tenant.login.pki.ca_file
    assert await asyncio.to_thread(_configuration, tenant, ca_file) == 200


async def test_unknown_ca_is_still_refused(tenant: Tenant) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        await asyncio.to_thread(_configuration, tenant, None)


def test_system_roots_stay_trusted() -> None:
    context = client_context(None)
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_unusable_ca_file_is_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DECROCHE_CA_FILE"):
        client_context(tmp_path / "missing.pem")
    (tmp_path / "empty.pem").write_text("nothing here")
    with pytest.raises(ConfigurationError, match="DECROCHE_CA_FILE"):
        client_context(tmp_path / "empty.pem")
