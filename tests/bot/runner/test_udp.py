"""One question over UDP: who answers, who does not, who answers nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice
from tests.support.netservers import HOST, free_port, silence, udp


def _good(data: bytes) -> bytes | None:
    return data if data.startswith(b"good") else None


def _once(request: bytes) -> Callable[[], tuple[bytes, Judge[bytes]]]:
    return lambda: (request, _good)


def _until(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_the_accepted_reply_is_given() -> None:
    async with udp(lambda data: b"good " + data) as port:
        assert await ask_thrice(HOST, port, _once(b"morning"), _until(1)) == b"good morning"


async def test_silence_is_no_reply() -> None:
    async with udp(silence) as port:
        with pytest.raises(NoReply):
            await ask_thrice(HOST, port, _once(b"x"), _until(0.05))


async def test_nonsense_is_a_bad_reply() -> None:
    async with udp(lambda data: b"bad") as port:
        with pytest.raises(BadReply):
            await ask_thrice(HOST, port, _once(b"x"), _until(0.05))


async def test_a_closed_port_is_heard() -> None:
    with pytest.raises(ConnectionRefusedError):
        await ask_thrice(HOST, free_port(), _once(b"x"), _until(1))


async def test_each_try_is_a_new_question() -> None:
    asked: list[bytes] = []

    def prepare() -> tuple[bytes, Judge[bytes]]:
        number = str(len(asked)).encode()
        return number, _good

    def note(data: bytes) -> None:
        asked.append(data)

    async with udp(note) as port:
        with pytest.raises(NoReply):
            await ask_thrice(HOST, port, prepare, _until(0.2))
    assert asked == [b"0", b"1", b"2"]


async def test_a_late_answer_still_counts() -> None:
    first: list[bytes] = []

    def answer_the_first(data: bytes) -> bytes | None:
        first.append(data)
        return b"good " + first[0] if len(first) == 2 else None

    def prepare() -> tuple[bytes, Judge[bytes]]:
        mine = str(len(first)).encode()
        return mine, lambda data: data if data == b"good " + mine else None

    async with udp(answer_the_first) as port:
        assert await ask_thrice(HOST, port, prepare, _until(0.7)) == b"good 0"
