"""TCP against listeners that accept, refuse, drop, cut."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.netservers import Names, black_hole, cut, free_port, resolver, stay, tcp
from tests.support.probing import probe, verdict


async def test_an_open_port_is_ok() -> None:
    async with tcp(stay) as port:
        result = await probe("tcp", port)
    assert verdict(result) == (True, None, None)
    assert result.details["address"] == "127.0.0.1"
    assert result.ms is not None
    assert result.ms < 100


async def test_a_closed_port_refuses() -> None:
    assert verdict(await probe("tcp", free_port())) == (False, "connection_refused", "target")


async def test_dropped_packets_time_out() -> None:
    with black_hole() as port:
        result = await probe("tcp", port, timeout_s=0.2)
    assert verdict(result) == (False, "connection_timeout", "path")


async def test_a_connection_cut_at_once_is_reset() -> None:
    async with tcp(cut) as port:
        assert verdict(await probe("tcp", port)) == (False, "connection_reset", "path")


async def test_a_connection_closed_at_once_is_cut() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.close()

    async with tcp(close) as port:
        assert verdict(await probe("tcp", port)) == (False, "connection_reset", "path")


async def test_the_name_is_resolved_first() -> None:
    async with tcp(stay) as port, resolver(Names({"teams.microsoft.com": "127.0.0.1"})) as at:
        assert (await probe("tcp", port, "teams.microsoft.com", resolver=at)).ok


async def test_an_unknown_name_proves_nothing() -> None:
    async with resolver(Names()) as at:
        result = await probe("tcp", 443, "teams.microsoft.com", resolver=at)
    assert verdict(result) == (None, "dns_nxdomain", "resolver")


@pytest.mark.parametrize(
    ("ranges", "failure"), [(["52.112.0.0/14"], "dns_filtered"), (["127.0.0.9/32"], "dns_hijacked")]
)
async def test_a_false_address_proves_nothing(ranges: list[str], failure: str) -> None:
    async with tcp(stay) as port, resolver(Names({"teams.microsoft.com": "127.0.0.1"})) as at:
        result = await probe("tcp", port, "teams.microsoft.com", resolver=at, ranges=ranges)
    assert verdict(result) == (None, failure, "resolver")


async def test_ipv4_is_tried_before_ipv6() -> None:
    async with tcp(stay) as port, resolver(Names({"a.example": "127.0.0.1"})) as at:
        result = await probe("tcp", port, "a.example", resolver=at)
    assert result.details["addresses"] == ["127.0.0.1"]
    assert {"dns_ms", "connect_ms"} <= result.details.keys()


async def test_localhost_needs_no_resolver() -> None:
    async with tcp(stay) as port:
        assert (await probe("tcp", port, "localhost")).ok


async def test_the_usual_port_is_the_default() -> None:
    assert (await probe("tcp", host="127.0.0.1")).port == 443
