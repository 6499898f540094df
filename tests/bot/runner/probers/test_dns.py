"""Names asked of a real name server that misbehaves in every way."""

from __future__ import annotations

import time

import dns.message
import dns.rcode
import dns.rdatatype
import pytest
from dns.rcode import NOERROR, NXDOMAIN, REFUSED, SERVFAIL

from tests.support.netservers import HOST, Names, free_port, resolver, stay, tcp, udp
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
        (NXDOMAIN, "dns_nxdomain"),
        (SERVFAIL, "dns_servfail"),
        (REFUSED, "dns_refused"),
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


@pytest.mark.parametrize(
    ("address", "ranges", "failure"),
    [
        ("127.66.6.6", ["127.0.0.1/32"], "dns_hijacked"),
        ("198.51.100.66", ["52.112.0.0/14"], "dns_hijacked"),
        ("2001:db8::66", ["2603:1063::/38"], "dns_hijacked"),
        ("0.0.0.0", ["127.0.0.1/32"], "dns_filtered"),
        ("127.0.0.1", ["52.112.0.0/14"], "dns_filtered"),
        ("10.6.6.6", ["52.112.0.0/14"], "dns_filtered"),
        ("0.0.0.0", [], "dns_filtered"),
        ("::", [], "dns_filtered"),
    ],
)
async def test_an_answer_outside_is_a_lie(address: str, ranges: list[str], failure: str) -> None:
    async with resolver(Names({TEAMS: address})) as at:
        result = await probe("dns", host=TEAMS, resolver=at, ranges=ranges)
    assert verdict(result) == (False, failure, "resolver")
    assert result.details["addresses"] == [address]


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
    assert names.asked == 6, "A and AAAA"


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


async def test_both_ip_versions_are_asked() -> None:
    names = Names({TEAMS: "127.0.0.1"})
    async with resolver(names) as at:
        result = await probe("dns", host=TEAMS, resolver=at)
    assert (names.asked, result.details["aaaa"]) == (2, "NOERROR")


async def test_a_server_deaf_to_ipv6_is_told() -> None:
    names = Names({TEAMS: "127.0.0.1"})

    def deaf(wire: bytes) -> bytes | None:
        return (
            None
            if dns.message.from_wire(wire).question[0].rdtype == dns.rdatatype.AAAA
            else names.reply(wire)
        )

    async with udp(deaf) as port:
        began = time.monotonic()
        result = await probe("dns", host=TEAMS, resolver=f"{HOST}:{port}", timeout_s=2)
    assert (result.ok, result.details["aaaa"]) == (True, "late")
    assert time.monotonic() - began < 1


async def test_tcp_alone_can_be_asked() -> None:
    names = Names({TEAMS: "127.0.0.1"})
    async with tcp(names.serve) as port:
        at = f"{HOST}:{port}"
        assert (await probe("dns", host=TEAMS, resolver=at)).failure == "connection_refused"
        result = await probe("dns", host=TEAMS, resolver=at, tcp=True)
    assert (result.ok, result.details["protocol"]) == (True, "tcp")


async def test_silence_over_tcp_times_out() -> None:
    async with tcp(stay) as port:
        result = await probe("dns", host=TEAMS, resolver=f"{HOST}:{port}", tcp=True, timeout_s=0.2)
    assert verdict(result) == (False, "dns_timeout", "resolver")


async def test_a_slow_answer_is_told() -> None:
    async with resolver(Names({TEAMS: "127.0.0.1"})) as at:
        quick = await probe("dns", host=TEAMS, resolver=at, slow_ms=500)
        slow = await probe("dns", host=TEAMS, resolver=at, slow_ms=0.001)
    assert (quick.ok, quick.details["slow"]) == (True, False)
    assert (slow.ok, slow.details["slow"]) == (True, True)


async def test_aliases_are_told() -> None:
    names = Names({"s-0005.example": "127.0.0.1"})
    names.aliases[TEAMS] = "s-0005.example"
    async with resolver(names) as at:
        result = await probe("dns", host=TEAMS, resolver=at)
    assert result.details["chain"] == ["s-0005.example"]
    assert any("s-0005.example" in line for line in result.details["log"])


def _spoilt(rcode: dns.rcode.Rcode, addresses: dict[str, str] | None = None) -> Names:
    names = Names({TEAMS: "198.51.100.7"} if addresses is None else addresses)
    names.rcode = rcode
    return names


@pytest.mark.parametrize(
    ("site", "other", "expected", "reference"),
    [
        (_spoilt(NXDOMAIN), _spoilt(NOERROR), ("dns_filtered", "resolver"), "answers"),
        (_spoilt(REFUSED), _spoilt(NOERROR), ("dns_filtered", "resolver"), "answers"),
        (_spoilt(NOERROR, {TEAMS: ""}), _spoilt(NOERROR), ("dns_filtered", "resolver"), "answers"),
        (_spoilt(NOERROR, {TEAMS: "127.0.0.9"}), _spoilt(NOERROR), ("dns_filtered", "resolver"), "answers"),
        (_spoilt(SERVFAIL), _spoilt(NOERROR), ("dns_servfail", "resolver"), "answers"),
        (_spoilt(NXDOMAIN), _spoilt(NXDOMAIN), ("dns_nxdomain", "target"), "dns_nxdomain"),
        (_spoilt(SERVFAIL), _spoilt(SERVFAIL), ("dns_servfail", "target"), "dns_servfail"),
        (_spoilt(NXDOMAIN), _spoilt(SERVFAIL), ("dns_nxdomain", "resolver"), "dns_servfail"),
    ],
)
async def test_a_reference_tells_who_fails(
    site: Names, other: Names, expected: tuple[str, str], reference: str
) -> None:
    async with resolver(site) as at, resolver(other) as second:
        result = await probe("dns", host=TEAMS, resolver=at, reference_resolver=second)
    assert verdict(result) == (False, *expected)
    assert result.details["reference"] == reference


async def test_a_silent_reference_changes_nothing() -> None:
    silent, honest = Names(), Names({TEAMS: "198.51.100.7"})
    silent.silent = True
    async with resolver(honest) as at, resolver(silent) as second:
        fine = await probe("dns", host=TEAMS, resolver=at, reference_resolver=second)
        failed = await probe("dns", host="nowhere.example", resolver=at, reference_resolver=second)
    assert (fine.ok, fine.details["reference"]) == (True, "silent")
    assert verdict(failed) == (False, "dns_nxdomain", "resolver")


async def test_other_answers_in_range_are_fine() -> None:
    site, other = Names({TEAMS: "52.112.0.9"}), Names({TEAMS: "52.113.0.9"})
    async with resolver(site) as at, resolver(other) as second:
        result = await probe(
            "dns", host=TEAMS, resolver=at, reference_resolver=second, ranges=["52.112.0.0/14"]
        )
    assert verdict(result) == (True, None, None)
    assert result.details["reference_addresses"] == ["52.113.0.9"]
