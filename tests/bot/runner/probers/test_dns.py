"""Names asked of a real name server that misbehaves in every way."""

from __future__ import annotations

import dns.rcode
import pytest

from tests.support.netservers import HOST, Names, free_port, resolver
from tests.support.probing import probe, verdict

TEAMS = "teams.microsoft.com"


async def test_an_honest_answer_is_ok() -> None:
    async with resolver(Names({TEAMS: "127.0.0.1 127.0.0.2"})) as at:
        result = await probe("dns", host=TEAMS, resolver=at, ranges=["127.0.0.0/30"])
    assert verdict(result) == (True, None, None)
    assert sorted(result.details["addresses"]) == ["127.0.0.1", "127.0.0.2"]
    assert result.details["resolver"] == at
    assert result.port is None


@pytest.mark.parametrize(
    ("rcode", "failure"),
    [
        (dns.rcode.NXDOMAIN, "dns_nxdomain"),
        (dns.rcode.SERVFAIL, "dns_servfail"),
        (dns.rcode.REFUSED, "dns_refused"),
        (dns.rcode.FORMERR, "dns_bad_reply"),
    ],
)
async def test_every_response_code_is_named(rcode: dns.rcode.Rcode, failure: str) -> None:
    names = Names({TEAMS: "127.0.0.1"})
    names.rcode = rcode
    async with resolver(names) as at:
        result = await probe("dns", host=TEAMS, resolver=at)
    assert verdict(result) == (False, failure, "resolver")
    assert result.details["rcode"] == dns.rcode.to_text(rcode)


@pytest.mark.parametrize("address", ["127.66.6.6", "0.0.0.0"])
async def test_an_answer_outside_is_hijacked(address: str) -> None:
    async with resolver(Names({TEAMS: address})) as at:
        result = await probe("dns", host=TEAMS, resolver=at, ranges=["127.0.0.1/32"])
    assert verdict(result) == (False, "dns_hijacked", "resolver")
    assert result.details["addresses"] == [address]


async def test_a_sinkhole_needs_no_ranges() -> None:
    async with resolver(Names({TEAMS: "0.0.0.0"})) as at:
        assert verdict(await probe("dns", host=TEAMS, resolver=at)) == (False, "dns_hijacked", "resolver")


async def test_ipv6_alone_is_an_answer() -> None:
    async with resolver(Names({TEAMS: "2603:1063::1"})) as at:
        result = await probe("dns", host=TEAMS, resolver=at, ranges=["52.112.0.0/14"])
    assert result.ok
    assert result.details["addresses"] == ["2603:1063::1"]


async def test_no_records_is_no_answer() -> None:
    async with resolver(Names({TEAMS: ""})) as at:
        assert verdict(await probe("dns", host=TEAMS, resolver=at)) == (False, "dns_no_answer", "resolver")


async def test_silence_is_asked_three_times() -> None:
    names = Names()
    names.silent = True
    async with resolver(names) as at:
        result = await probe("dns", host=TEAMS, resolver=at, timeout_s=0.3)
    assert verdict(result) == (False, "dns_timeout", "resolver")
    assert names.asked == 3


async def test_garbage_is_a_bad_reply() -> None:
    names = Names()
    names.garbage = True
    async with resolver(names) as at:
        assert verdict(await probe("dns", host=TEAMS, resolver=at)) == (False, "dns_bad_reply", "resolver")


async def test_a_truncated_answer_goes_to_tcp() -> None:
    names = Names({TEAMS: "127.0.0.1"})
    names.truncated = True
    async with resolver(names) as at:
        assert (await probe("dns", host=TEAMS, resolver=at)).details["addresses"] == ["127.0.0.1"]


async def test_no_server_there_is_refused() -> None:
    result = await probe("dns", host=TEAMS, resolver=f"{HOST}:{free_port()}")
    assert verdict(result) == (False, "connection_refused", "resolver")


async def test_what_is_no_name_is_unsupported() -> None:
    result = await probe("dns", host="a..b", resolver=f"{HOST}:{free_port()}")
    assert verdict(result) == (None, "unsupported", "runner")
