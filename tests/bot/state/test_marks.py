from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot import keys
from bot.state.marks import Marks

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


async def test_change_is_begun_once(redis: Redis) -> None:
    marks = Marks(redis)
    assert await marks.begun("D-1-9") is None
    assert await marks.begin("D-1-9", NOW)
    assert not await Marks(redis).begin("D-1-9", NOW + timedelta(minutes=1))
    assert await marks.begun("D-1-9") == NOW
    assert await marks.begun("D-1-10") is None


async def test_withdrawn_mark_may_be_set_anew(redis: Redis) -> None:
    marks = Marks(redis)
    await marks.begin("D-1-9", NOW)
    await marks.withdraw("D-1-9")
    assert await marks.begun("D-1-9") is None
    assert await marks.begin("D-1-9", NOW)


async def test_second_attempt_moves_the_mark(redis: Redis) -> None:
    marks, later = Marks(redis), NOW + timedelta(minutes=2)
    await marks.begin("D-1-9", NOW)
    await marks.again("D-1-9", later)
    assert await marks.begun("D-1-9") == later
    assert await redis.ttl(keys.change_begun("D-1-9")) > 0
