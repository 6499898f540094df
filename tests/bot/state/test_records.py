from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.errors import Conflict
from bot.state.connection import connect
from bot.state.records import Records

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    LEAVES.filter(lambda leaf: leaf not in {float("inf"), float("-inf")}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture
def records(redis: Redis) -> Records:
    return Records(redis)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.dictionaries(st.text(), JSON, max_size=4), name=st.text(min_size=1))
def test_any_json_comes_back_unchanged(redis_server: str, data: dict[str, Any], name: str) -> None:
    asyncio.run(_round_trip(redis_server, name, data))


async def _round_trip(url: str, name: str, data: dict[str, Any]) -> None:
    async with connect(url) as client:
        records = Records(client)
        etags = await records.write({name: (data, None)})
        found = await records.read([name])
        assert found[name].data == data
        assert found[name].etag == etags[name]


async def test_unknown_record_is_left_out(records: Records) -> None:
    await records.write({"a": ({}, None)})
    assert set(await records.read(["a", "b"])) == {"a"}


async def test_right_etag_may_write(records: Records) -> None:
    first = await records.write({"a": ({"n": 1}, None)})
    second = await records.write({"a": ({"n": 2}, first["a"])})
    assert first != second
    assert (await records.read(["a"]))["a"].data == {"n": 2}


async def test_one_wrong_etag_stops_all(records: Records) -> None:
    etag = (await records.write({"a": ({"n": 1}, None)}))["a"]
    await records.write({"b": ({"n": 1}, None)})
    with pytest.raises(Conflict, match="b was changed"):
        await records.write({"a": ({"n": 2}, etag), "b": ({"n": 2}, "old"), "c": ({}, None)})
    assert {name: record.data for name, record in (await records.read("abc")).items()} == {
        "a": {"n": 1},
        "b": {"n": 1},
    }


async def test_deleted_record_conflicts_with_its_etag(records: Records) -> None:
    etag = (await records.write({"a": ({}, None)}))["a"]
    await records.delete(["a", "never there"])
    with pytest.raises(Conflict):
        await records.write({"a": ({}, etag)})


@pytest.mark.parametrize("expected", [None, "*"])
async def test_any_etag_may_be_overwritten(records: Records, expected: str | None) -> None:
    await records.write({"a": ({"n": 1}, None)})
    await records.write({"a": ({"n": 2}, expected)})
    assert (await records.read(["a"]))["a"].data == {"n": 2}


async def test_nothing_asked_does_nothing(records: Records) -> None:
    assert await records.write({}) == {}
    assert await records.read([]) == {}
    await records.delete([])


async def test_of_two_writers_one_wins(records: Records) -> None:
    etag = (await records.write({"a": ({}, None)}))["a"]
    writes = (records.write({"a": ({"n": n}, etag)}) for n in range(2))
    ends = await asyncio.gather(*writes, return_exceptions=True)
    assert sorted(isinstance(end, Conflict) for end in ends) == [False, True]
