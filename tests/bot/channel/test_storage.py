"""The contract that the SDK's own storages are tested against, on a real Redis."""

from __future__ import annotations

from typing import Any

import pytest
from botbuilder.core import StoreItem
from redis.asyncio import Redis

from bot.channel.storage import RedisStorage
from bot.errors import Conflict
from bot.state.records import Records


@pytest.fixture
def storage(redis: Redis) -> RedisStorage:
    return RedisStorage(Records(redis))


async def test_unknown_keys_are_simply_missing(storage: RedisStorage) -> None:
    assert await storage.read(["nobody"]) == {}
    assert await storage.read([]) == {}


async def test_written_item_comes_back_tagged(storage: RedisStorage) -> None:
    await storage.write({"a": {"count": 1, "nested": {"x": [1, None, "é"]}}})
    item = (await storage.read(["a", "b"]))["a"]
    assert item.pop("e_tag")
    assert item == {"count": 1, "nested": {"x": [1, None, "é"]}}


async def test_read_items_are_copies(storage: RedisStorage) -> None:
    await storage.write({"a": {"list": [1]}})
    (await storage.read(["a"]))["a"]["list"].append(2)
    assert (await storage.read(["a"]))["a"]["list"] == [1]


async def test_fresh_tag_may_overwrite(storage: RedisStorage) -> None:
    await storage.write({"a": {"count": 1}})
    first = (await storage.read(["a"]))["a"]
    await storage.write({"a": {**first, "count": 2}})
    second = (await storage.read(["a"]))["a"]
    assert (second["count"], second["e_tag"] != first["e_tag"]) == (2, True)


async def test_stale_tag_is_a_conflict(storage: RedisStorage) -> None:
    await storage.write({"a": {"count": 1}})
    stale = (await storage.read(["a"]))["a"]
    await storage.write({"a": {**stale, "count": 2}})
    with pytest.raises(Conflict):
        await storage.write({"b": {"new": True}, "a": {**stale, "count": 3}})
    assert (await storage.read(["a"]))["a"]["count"] == 2
    assert await storage.read(["b"]) == {}


@pytest.mark.parametrize("tag", [{}, {"e_tag": None}, {"e_tag": "*"}], ids=str)
async def test_untagged_item_overwrites(storage: RedisStorage, tag: dict[str, Any]) -> None:
    await storage.write({"a": {"count": 1}})
    await storage.write({"a": {"count": 2, **tag}})
    assert (await storage.read(["a"]))["a"]["count"] == 2


async def test_deleted_items_are_gone(storage: RedisStorage) -> None:
    await storage.write({"a": {"x": 1}, "b": {"x": 1}})
    await storage.delete(["a", "nobody"])
    await storage.delete([])
    assert list(await storage.read(["a", "b"])) == ["b"]


async def test_store_items_are_stored_as_data(storage: RedisStorage) -> None:
    class Own:
        def store_item_to_json(self) -> dict[str, Any]:
            return {"own": True}

    item: Any = StoreItem
    await storage.write({"a": item(count=1, e_tag="*"), "b": Own()})
    items = await storage.read(["a", "b"])
    assert (items["a"]["count"], items["b"]["own"]) == (1, True)


async def test_other_objects_are_refused(storage: RedisStorage) -> None:
    with pytest.raises(TypeError):
        await storage.write({"a": object()})
