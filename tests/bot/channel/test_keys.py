from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from bot.channel.keys import KeyCache, parse_keys
from bot.errors import Refused
from tests.support.clock import Clock
from tests.support.signing import KeyServer, jwk
from tests.support.waiting import wait_until


@pytest.fixture
def clock() -> Clock[float]:
    return Clock(0.0)


@pytest.fixture
def cache(session: aiohttp.ClientSession, key_host: KeyServer, clock: Clock[float]) -> KeyCache:
    return KeyCache(key_host.metadata_url, session, clock=clock)


async def test_many_callers_cause_one_fetch(cache: KeyCache, key_host: KeyServer) -> None:
    found = await asyncio.gather(*(cache.find("k1") for _ in range(20)))
    assert all(found)
    assert key_host.asked == 1


async def test_rollover_is_noticed_at_once(cache: KeyCache, key_host: KeyServer, clock: Clock[float]) -> None:
    await cache.find("k1")
    clock.now += 61
    key_host.keys = [jwk("k2", ["msteams"])]
    assert await cache.find("k2") is not None
    assert await cache.find("k1") is None


async def test_unknown_ids_ask_once_a_minute(
    cache: KeyCache, key_host: KeyServer, clock: Clock[float]
) -> None:
    await cache.find("k1")
    for _ in range(5):
        assert await cache.find("k9") is None
    assert key_host.asked == 1
    clock.now += 61
    for _ in range(5):
        assert await cache.find("k9") is None
    assert key_host.asked == 2


async def test_old_keys_serve_while_renewed(
    cache: KeyCache, key_host: KeyServer, clock: Clock[float]
) -> None:
    await cache.find("k1")
    clock.now += 86_401
    key_host.proceed.clear()
    assert await cache.find("k1") is not None
    key_host.proceed.set()
    key_host.keys = [jwk("k2", None)]

    async def replaced() -> bool:
        return await cache.find("k1") is None

    await wait_until(replaced, "the new key set replaces the old one")
    assert key_host.asked == 2


async def test_old_keys_survive_a_dead_server(
    cache: KeyCache, key_host: KeyServer, clock: Clock[float]
) -> None:
    await cache.find("k1")
    clock.now += 90_000
    key_host.status = 503
    assert await cache.find("k9") is None
    assert await cache.find("k1") is not None
    assert cache.loaded


async def test_empty_answers_replace_nothing(
    cache: KeyCache, key_host: KeyServer, clock: Clock[float]
) -> None:
    await cache.find("k1")
    clock.now += 61
    key_host.keys = []
    assert await cache.find("k9") is None
    assert await cache.find("k1") is not None


async def test_no_keys_at_all_is_503(cache: KeyCache, key_host: KeyServer, clock: Clock[float]) -> None:
    key_host.status = 500
    for _ in range(3):
        with pytest.raises(Refused) as caught:
            await cache.find("k1")
        assert caught.value.status == 503
    assert key_host.metadata_asked == 1
    key_host.status = 200
    clock.now += 6
    assert await cache.find("k1") is not None


async def test_warming_up_waits_for_nothing(cache: KeyCache, key_host: KeyServer) -> None:
    key_host.proceed.clear()
    cache.warm()
    assert not cache.loaded
    await cache.close()


async def test_keys_come_from_no_plain_host(session: aiohttp.ClientSession) -> None:
    with pytest.raises(Refused):
        await KeyCache("http://keys.example/x", session).find("k1")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [{"kid": "a"}]}'])
def test_rubbish_is_no_key_set(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_keys(body)


def test_unusable_keys_are_left_out() -> None:
    good = jwk("k1", ["msteams"])
    broken = [{**good, "kid": "bad", "n": "?"}, {**good, "kid": "enc", "use": "enc"}, {**good, "kid": 3}]
    found = parse_keys(json.dumps({"keys": [*broken, good]}).encode())
    assert list(found) == ["k1"]
    assert found["k1"].endorsements == frozenset({"msteams"})
