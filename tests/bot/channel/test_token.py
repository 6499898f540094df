from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channel.token import SCOPE, AppToken, Grant, StaticToken, login
from bot.errors import DeliveryError
from tests.support.clock import Clock
from tests.support.login import Login, login_service
from tests.support.waiting import wait_until


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Login]:
    with login_service(tmp_path) as running:
        yield running


class Source:
    """Gives token-1, token-2 …, each for an hour, once it is let."""

    def __init__(self) -> None:
        self.given = 0
        self.broken = False
        self.proceed = threading.Event()
        self.proceed.set()

    def __call__(self) -> Grant:
        self.proceed.wait(5)
        if self.broken:
            raise DeliveryError("the login service is away")
        self.given += 1
        return Grant(f"token-{self.given}", 3600)


async def test_static_token_never_changes() -> None:
    assert await StaticToken("x").token() == "x"


async def test_one_login_serves_many_calls() -> None:
    source = Source()
    tokens = AppToken(source)
    assert set(await asyncio.gather(*(tokens.token() for _ in range(20)))) == {"token-1"}
    assert source.given == 1


async def test_renewal_happens_before_the_end() -> None:
    source, clock = Source(), Clock(1000.0)
    tokens = AppToken(source, clock=clock)
    await tokens.token()
    source.proceed.clear()
    clock.now += 3301
    assert await tokens.token() == "token-1"
    source.proceed.set()
    await wait_until(lambda: source.given == 2, "the token is renewed")
    assert await tokens.token() == "token-2"
    await tokens.close()


async def test_failed_renewal_keeps_the_token() -> None:
    source, clock = Source(), Clock(1000.0)
    tokens = AppToken(source, clock=clock)
    await tokens.token()
    source.broken = True
    clock.now += 3400
    assert await tokens.token() == "token-1"
    clock.now += 300
    with pytest.raises(DeliveryError):
        await tokens.token()
    source.broken = False
    assert await tokens.token() == "token-2"


async def test_refused_token_is_replaced() -> None:
    source, clock = Source(), Clock(1000.0)
    tokens = AppToken(source, clock=clock)
    assert await tokens.token() == "token-1"
    assert await tokens.token("token-1") == "token-1"
    clock.now += 60
    assert await tokens.token("token-0") == "token-1"
    both = await asyncio.gather(tokens.token("token-1"), tokens.token("token-1"))
    assert (set(both), source.given) == ({"token-2"}, 2)


async def test_login_asks_anew_each_time(service: Login) -> None:
    fetch = login(authority=service.authority, tenant="t", app_id="a", secret="s", ca_file=service.ca_file)
    tokens = [(await asyncio.to_thread(fetch)).token for _ in range(2)]
    assert tokens == ["token-1", "token-2"]


async def test_login_blocks_nobody_else() -> None:
    source = Source()
    source.proceed.clear()
    waiting = asyncio.create_task(AppToken(source).token())
    await asyncio.sleep(0)
    assert not waiting.done()
    source.proceed.set()
    assert await waiting == "token-1"


async def test_login_trusts_the_extra_ca(service: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    fetch = login(authority=service.authority, tenant="t", app_id="app", secret="s", ca_file=service.ca_file)
    grant = await asyncio.to_thread(fetch)
    assert grant.token == "token-1"
    assert 3590 <= grant.expires_in <= 3600
    asked = service.asked[0]
    assert (asked["grant_type"], asked["scope"], asked["client_id"]) == ("client_credentials", SCOPE, "app")


async def test_unknown_ca_is_not_trusted(service: Login) -> None:
    fetch = login(authority=service.authority, tenant="t", app_id="app", secret="s")
    with pytest.raises(DeliveryError):
        await asyncio.to_thread(fetch)
    assert service.asked == []


async def test_refused_login_names_the_reason(service: Login) -> None:
    service.status = 401
    fetch = login(
        authority=service.authority, tenant="t", app_id="app", secret="hush", ca_file=service.ca_file
    )
    with pytest.raises(DeliveryError, match="invalid_client") as caught:
        await asyncio.to_thread(fetch)
    assert "hush" not in str(caught.value)
