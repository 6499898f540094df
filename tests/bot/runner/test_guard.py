"""A name that leads inside is not followed."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.runner.finding import Failed
from bot.runner.guard import permitted, watch
from bot.runner.probe import run_probe
from tests.support.netservers import HOST, Names, resolver, stay, tcp


def test_without_a_guard_all_is_permitted() -> None:
    assert permitted("a", ("10.0.0.1",)) == ("10.0.0.1",)


async def test_what_the_guard_forbids_is_left_out() -> None:
    async def within() -> None:
        watch(lambda name, address: (name, address) == ("a", "192.0.2.1"))
        assert permitted("a", ("10.0.0.1", "192.0.2.1")) == ("192.0.2.1",)
        with pytest.raises(Failed) as caught:
            permitted("b", ("192.0.2.1",))
        assert caught.value.finding.failure == "target_refused"
        assert permitted("a", ()) == ()

    await asyncio.create_task(within())
    assert permitted("b", ("192.0.2.1",)) == ("192.0.2.1",)


async def test_a_rebound_name_is_not_connected_to() -> None:
    connected: list[bool] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(True)
        await stay(reader, writer)

    async def probed(at: str, port: int, *, guarded: bool) -> ProbeResult:
        if guarded:
            watch(lambda _name, _address: False)
        spec = ProbeSpec(
            prober="tcp", host="crl.example", port=port, options={"resolver": at, "timeout_s": 1}
        )
        return await run_probe(spec)

    async with resolver(Names({"crl.example": HOST})) as at, tcp(serve) as port:
        refused = await asyncio.create_task(probed(at, port, guarded=True))
        assert (refused.ok, refused.failure, refused.at) == (None, "target_refused", "runner")
        assert connected == []
        assert (await asyncio.create_task(probed(at, port, guarded=False))).ok
