from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.doctor.checking import carry_out
from bot.doctor.finding import State
from bot.doctor.teams import channel_checks, checks
from bot.settings import Settings
from tests.support.doctored import Installation, found, installation


@pytest.fixture
async def place(
    tmp_path: Path, redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    async with installation(tmp_path, redis, redis_url, monkeypatch) as made:
        yield made


async def test_channel_counts_its_members(place: Installation, redis: Redis) -> None:
    (finding,) = await carry_out(channel_checks(place.settings, redis))
    assert (finding.state, finding.says) == (State.ok, "the bot is in it; 2 members")


async def test_channel_waits_for_a_first_word(place: Installation, redis: Redis) -> None:
    await redis.flushdb()
    (finding,) = await carry_out(channel_checks(place.settings, redis))
    assert (finding.state, "decroche manifest" in finding.todo) == (State.warning, True)


async def test_login_and_keys_are_there(place: Installation) -> None:
    findings = await carry_out(checks(place.settings))
    assert {(one.what, one.state) for one in findings} == {("login", State.ok), ("signing keys", State.ok)}


async def test_public_address_must_be_ready(place: Installation) -> None:
    place.set("PUBLIC_URL", place.stage.channel.url)
    finding = found(await carry_out(checks(place.settings)), "public address")
    assert (finding.state, "/readyz answers" in finding.says) == (State.warning, True)


def test_without_identity_nothing_is_tried() -> None:
    assert checks(Settings(_env_file=None)) == []
