import pytest
from redis.asyncio import Redis

from bot.doctor.finding import State
from bot.doctor.stores import judge, look
from tests.support.doctored import found

GOOD: dict[str, object] = {
    "redis_version": "7.2.4",
    "maxmemory_policy": "noeviction",
    "maxmemory": 0,
    "aof_enabled": 1,
    "aof_last_write_status": "ok",
}


@pytest.mark.parametrize(
    ("changes", "what", "state"),
    [
        ({}, "version", State.ok),
        ({"redis_version": "6.2.14"}, "version", State.fails),
        ({"redis_version": ""}, "version", State.fails),
        ({}, "memory policy", State.ok),
        ({"maxmemory_policy": "allkeys-lru", "maxmemory": 1000}, "memory policy", State.warning),
        ({}, "persistence", State.ok),
        ({"aof_enabled": 0}, "persistence", State.warning),
        ({"aof_last_write_status": "err"}, "persistence", State.fails),
    ],
)
def test_each_weakness_is_seen(changes: dict[str, object], what: str, state: State) -> None:
    assert found(judge(GOOD | changes, embedded=False), what).state is state


def test_limit_makes_eviction_worse() -> None:
    says = found(judge(GOOD | {"maxmemory_policy": "volatile-lru"}, embedded=False), "memory policy").says
    assert "without a limit" in says


async def test_embedded_server_is_fit(redis: Redis) -> None:
    assert {finding.state for finding in await look(redis, embedded=True)} == {State.ok}
