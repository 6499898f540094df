"""Waiting for something that another task or process brings about, without guessing how long."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

import pytest


async def wait_until(
    condition: Callable[[], bool | Awaitable[bool]], what: str, timeout_s: float = 5.0
) -> None:
    """Returns once `condition` holds; fails the test with `what` in the sentence when it never does."""
    end = time.monotonic() + timeout_s
    while True:
        held = condition()
        if await held if inspect.isawaitable(held) else held:
            return
        if time.monotonic() > end:
            pytest.fail(f"waited {timeout_s} s in vain: {what}")
        await asyncio.sleep(0.01)
