"""TCP connections to several addresses."""

from __future__ import annotations

import asyncio

import pytest

from bot.runner.connecting import connect
from bot.runner.finding import Failed
from tests.support.netservers import free_port, stay, tcp


def _soon() -> float:
    return asyncio.get_running_loop().time() + 0.5


async def test_the_first_that_accepts_is_used() -> None:
    async with tcp(stay) as port:
        sock, address = await connect(("127.0.0.9", "127.0.0.1"), port, _soon())
        sock.close()
    assert address == "127.0.0.1"


async def test_the_last_failure_is_told() -> None:
    with pytest.raises(Failed) as caught:
        await connect(("127.0.0.9", "127.0.0.1"), free_port(), _soon())
    assert caught.value.finding.failure == "connection_refused"
    assert caught.value.finding.details["address"] == "127.0.0.1"
