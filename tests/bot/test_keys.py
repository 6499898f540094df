from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot import keys
from tests.support.redis import leaks

IDS = st.lists(st.text(alphabet=":%a|", max_size=3), min_size=1, max_size=3).map(tuple)


@given(IDS, IDS)
def test_different_ids_give_different_keys(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (keys.key(*one) == keys.key(*other)) == (one == other)


def test_no_two_functions_share_keys() -> None:
    made = [function(*ids) for function, ids in _functions()]
    assert len(made) > 10
    assert len(set(made)) == len(made)
    assert all(name.startswith(keys.PREFIX) for name in made)


def test_every_ttl_is_a_positive_timedelta() -> None:
    ttls = [value for name, value in vars(keys.Ttl).items() if not name.startswith("_")]
    assert all(isinstance(ttl, timedelta) and ttl > timedelta() for ttl in ttls)


def test_permanent_keys_say_why_they_stay() -> None:
    assert all(len(why) > 10 for why in keys.PERMANENT.values())
    assert keys.is_permanent(keys.open_cases())
    assert not keys.is_permanent(keys.case_ledger("D-1001"))


async def test_forgotten_ttl_is_found_as_leak(redis: Redis) -> None:
    await redis.set(keys.seen("c", "a"), "", ex=60)
    await redis.set(keys.case_counter(), 1)
    assert await leaks(redis) == []
    await redis.set(keys.roster("forgotten"), "1")
    assert await leaks(redis) == [keys.roster("forgotten")]
    await redis.delete(keys.roster("forgotten"))


def _functions() -> Iterator[tuple[Callable[..., str], tuple[str, ...]]]:
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        if name not in {"key", "is_permanent"} and function.__module__ == keys.__name__:
            yield function, tuple("ab"[: len(inspect.signature(function).parameters)])
