"""Waiting for something that another task or process brings about, without guessing how long."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

import pytest

Condition = Callable[[], bool | Awaitable[bool]]


async def wait_until(condition: Condition, what: str, timeout_s: float = 5.0) -> None:
    """Returns once `condition` holds; fails the test with `what` in the sentence when it never does."""
    if not await becomes(condition, timeout_s):
        pytest.fail(f"waited {timeout_s} s in vain: {what}")


def soon(condition: Callable[[], bool], timeout_s: float, look_s: float = 0.05) -> bool:
    """As `becomes`, for tests that have no loop: they drive a browser."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(look_s)
    return True


async def becomes(condition: Condition, timeout_s: float, look_s: float = 0.01) -> bool:
    """Whether `condition` holds within a time; it is looked at every `look_s`."""
    end = time.monotonic() + timeout_s
    while True:
        held = condition()
        if await held if inspect.isawaitable(held) else held:
            return True
        if time.monotonic() > end:
            return False
        await asyncio.sleep(look_s)
