from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot import keys
from bot.domain.people import Person
from bot.state.audit import LENGTH, Audit, AuditLine, name_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def line(minute: int = 0, about: str = "anne@contoso.fr", by: str = "aad-samir") -> AuditLine:
    return AuditLine(at=NOW + timedelta(minutes=minute), what="account", by=by, about=about, why="licence")


async def test_trail_is_read_in_order(redis: Redis) -> None:
    audit = Audit(redis)
    for minute in range(5):
        await audit.note(line(minute))
    assert [entry.at.minute for entry in await audit.lines(3)] == [2, 3, 4]
    assert await audit.lines(10) == [line(minute) for minute in range(5)]


async def test_one_persons_lines_are_found(redis: Redis) -> None:
    audit = Audit(redis)
    await audit.note(line(0))
    await audit.note(line(1, about="bob@contoso.fr"))
    await audit.note(line(2, about="carl@contoso.fr", by="aad-noor"))
    assert [entry.at.minute for entry in await audit.lines(10, "Bob@Contoso.fr")] == [1]
    assert [entry.at.minute for entry in await audit.lines(10, "aad-noor")] == [2]
    assert await audit.lines(10, "nobody") == []


async def test_trail_neither_grows_nor_stays_for_ever(redis: Redis) -> None:
    await Audit(redis).note(line())
    assert 0 < await redis.ttl(keys.audit()) <= timedelta(days=400).total_seconds()
    async with redis.pipeline(transaction=False) as pipe:
        for _ in range(LENGTH + 5000):
            pipe.xadd(keys.audit(), {"line": "{}"})
        await pipe.execute()
    await Audit(redis).note(line(7))
    assert await redis.xlen(keys.audit()) <= LENGTH + 200
    assert await Audit(redis).lines(1) == [line(7)]


def test_person_is_named_as_they_sign_in() -> None:
    assert name_of(Person(id="29:a", aad="aad-a", upn="a@contoso.fr")) == "a@contoso.fr"
    assert name_of(Person(id="29:a", aad="aad-a")) == "aad-a"
