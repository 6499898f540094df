from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel.auth import ConnectorTokens, Identity, NoTokens
from bot.channel.keys import KeyCache
from bot.errors import Refused
from tests.support.signing import APP_ID, KeyServer, claims, jwk, sign

URL = "https://smba.trafficmanager.net/fr/"


@pytest.fixture
def tokens(key_cache: KeyCache) -> ConnectorTokens:
    return ConnectorTokens(APP_ID, key_cache)


async def test_good_token_says_who_calls(tokens: ConnectorTokens) -> None:
    identity = await tokens.identify(f"Bearer {sign(claims(URL))}")
    assert identity == Identity(service_url=URL, endorsements=frozenset({"msteams"}))


async def test_rolled_over_key_is_accepted(session: object, key_host: KeyServer, key_cache: KeyCache) -> None:
    key_host.keys = [jwk("k2", ["msteams"])]
    identity = await ConnectorTokens(APP_ID, key_cache).identify(f"Bearer {sign(claims(URL), kid='k2')}")
    assert identity.service_url == URL


async def test_development_trusts_everybody() -> None:
    identity = await NoTokens().identify(None)
    identity.check("emulator", "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("identity", "channel", "status"),
    [
        (Identity(service_url=URL, endorsements=frozenset()), "msteams", 401),
        (Identity(service_url=URL, endorsements=frozenset({"msteams"})), "webchat", 401),
        (Identity(service_url=URL, endorsements=frozenset({"msteams"})), "", 401),
        (Identity(service_url=None, endorsements=None), "msteams", 403),
        (Identity(service_url=URL + "x", endorsements=None), "msteams", 403),
    ],
)
def test_token_must_fit_the_activity(identity: Identity, channel: str, status: int) -> None:
    with pytest.raises(Refused) as caught:
        identity.check(channel, URL)
    assert caught.value.status == status


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: f"Bearer {raw.hex()}.e30.x"))
async def test_no_header_breaks_the_check(tokens: ConnectorTokens, header: str) -> None:
    with pytest.raises(Refused) as caught:
        await tokens.identify(header)
    assert caught.value.status == 401
