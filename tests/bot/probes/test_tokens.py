"""A site's token: shown once, kept as a hash, replaced without a gap, revoked at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot import keys
from bot.probes.tokens import GRACE, PREFIX, Token, Tokens, checker, digest, replaced
from tests.support.clock import Clock

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock[datetime]:
    return Clock(NOW)


@pytest.fixture
def tokens(redis: Redis, clock: Clock[datetime]) -> Tokens:
    return Tokens(redis, clock)


async def test_a_token_opens_its_site_only(tokens: Tokens) -> None:
    token = await tokens.rotate("lyon")
    await tokens.rotate("paris")
    assert token.startswith(PREFIX)
    assert await tokens.check("lyon", token) is True
    assert await tokens.check("paris", token) is False
    assert await tokens.check("nice", token) is None


async def test_only_a_hash_is_stored(tokens: Tokens, redis: Redis) -> None:
    token = await tokens.rotate("lyon")
    stored = str(await redis.hgetall(keys.runner_tokens("lyon")))
    assert token not in stored
    assert digest(token) in stored


async def test_the_token_before_lives_on_for_an_hour(tokens: Tokens, clock: Clock[datetime]) -> None:
    old, new = await tokens.rotate("lyon"), await tokens.rotate("lyon")
    clock.now += GRACE - timedelta(seconds=1)
    assert [await tokens.check("lyon", one) for one in (old, new)] == [True, True]
    clock.now += timedelta(seconds=1)
    assert [await tokens.check("lyon", one) for one in (old, new)] == [False, True]


async def test_a_revoked_token_ends_at_once(tokens: Tokens) -> None:
    older, old = await tokens.rotate("lyon"), await tokens.rotate("lyon")
    new = await tokens.rotate("lyon", timedelta())
    assert [await tokens.check("lyon", one) for one in (older, old, new)] == [False, False, True]


async def test_good_tokens_are_listed_newest_first(tokens: Tokens, clock: Clock[datetime]) -> None:
    old = await tokens.rotate("lyon")
    clock.now += timedelta(minutes=1)
    new = await tokens.rotate("lyon")
    listed = await tokens.listed("lyon")
    assert [one.sha256 for one in listed] == [digest(new), digest(old)]
    assert [one.ends for one in listed] == [None, clock.now + GRACE]
    assert listed[0].fingerprint == digest(new)[:12]


async def test_rotation_does_not_prolong_a_grace(tokens: Tokens, clock: Clock[datetime]) -> None:
    first = await tokens.rotate("lyon")
    await tokens.rotate("lyon")
    clock.now += GRACE / 2
    await tokens.rotate("lyon")
    clock.now += GRACE / 2
    assert await tokens.check("lyon", first) is False


@given(st.text(max_size=60))
def test_any_text_has_a_hash(text: str) -> None:
    assert len(digest(text)) == 64


def test_what_has_ended_is_forgotten() -> None:
    ended = Token(sha256="a" * 64, made=NOW, ends=NOW)
    new = Token(sha256="b" * 64, made=NOW)
    assert replaced((ended,), new, NOW, GRACE) == (new,)


async def test_the_common_token_opens_sites_without_their_own(tokens: Tokens) -> None:
    check = checker(tokens, "common")
    assert await check("lyon", "common")
    assert not await check("lyon", "é")
    own = await tokens.rotate("lyon")
    assert not await check("lyon", "common")
    assert await check("lyon", own)
    assert await check("paris", "common")


@pytest.mark.parametrize("shared", [None, ""])
async def test_without_any_token_nothing_opens(tokens: Tokens, shared: str | None) -> None:
    check = checker(tokens, shared)
    assert not any([await check("lyon", token) for token in ("", "None", "x")])
