"""Messages of name servers, malformed ones above all."""

from __future__ import annotations

import time

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from bot.domain.probe import Failure
from bot.probes.options import Options
from bot.runner.dnsreply import Answer, is_local, judge_addresses, read_answer, read_reply
from bot.runner.finding import Failed
from tests.support.mutation import malformed

NAME = "teams.microsoft.com"
QUERY = dns.message.make_query(NAME, "A", id=4711)
TOLD = {"resolver": "10.0.0.53:53"}


def _reply(*records: tuple[str, str, str], rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> dns.message.Message:
    reply = dns.message.make_response(QUERY, recursion_available=True)
    for owner, kind, text in records:
        reply.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, text))
    reply.set_rcode(rcode)
    return dns.message.from_wire(reply.to_wire())


CHAIN = _reply(
    (f"{NAME}.", "CNAME", "a.trafficmanager.net."),
    ("a.trafficmanager.net.", "CNAME", "s-0005.s-msedge.net."),
    ("s-0005.s-msedge.net.", "A", "52.113.194.132"),
)
WIRES = (
    CHAIN.to_wire(),
    _reply((f"{NAME}.", "A", "52.113.194.132")).to_wire(),
    _reply((f"{NAME}.", "AAAA", "2603:1063::1"), (f"{NAME}.", "TXT", '"x"')).to_wire(),
    _reply(rcode=dns.rcode.NXDOMAIN).to_wire(),
)


def _read(reply: dns.message.Message) -> Answer:
    return read_answer(reply, dns.rdatatype.A, TOLD)


def test_a_chain_is_followed() -> None:
    answer = _read(CHAIN)
    assert (answer.addresses, answer.canonical) == (("52.113.194.132",), "s-0005.s-msedge.net")
    assert answer.chain == ("a.trafficmanager.net", "s-0005.s-msedge.net")
    assert answer.details()["rcode"] == "NOERROR"


def test_a_loop_is_a_bad_reply() -> None:
    loop = _reply((f"{NAME}.", "CNAME", "a.example."), ("a.example.", "CNAME", f"{NAME}."))
    with pytest.raises(Failed) as caught:
        _read(loop)
    assert caught.value.finding.failure is Failure.dns_bad_reply


def test_a_query_is_no_answer() -> None:
    assert read_reply(QUERY, QUERY.to_wire()) is None
    assert (
        read_reply(QUERY, dns.message.make_response(dns.message.make_query("b.example", "A")).to_wire())
        is None
    )


def test_another_kind_of_message_is_a_bad_reply() -> None:
    with pytest.raises(Failed) as caught:
        _read(dns.message.Message(id=1))
    assert caught.value.finding.failure is Failure.dns_bad_reply


@pytest.mark.parametrize(
    ("rcode", "failure"),
    [
        (dns.rcode.NXDOMAIN, Failure.dns_nxdomain),
        (dns.rcode.SERVFAIL, Failure.dns_servfail),
        (dns.rcode.REFUSED, Failure.dns_refused),
        (dns.rcode.NOTIMP, Failure.dns_bad_reply),
    ],
)
def test_each_code_has_its_name(rcode: dns.rcode.Rcode, failure: Failure) -> None:
    with pytest.raises(Failed) as caught:
        _read(_reply(rcode=rcode))
    assert caught.value.finding.failure is failure


def test_many_addresses_are_cut() -> None:
    records = [(f"{NAME}.", "A", f"52.112.0.{number}") for number in range(200)]
    assert len(_read(_reply(*records)).addresses) == 32


@pytest.mark.fuzz
@pytest.mark.parametrize("keep", [0, 12, 12 + len(QUERY.to_wire()[12:])])
def test_no_malformed_reply_breaks_the_reader(keep: int) -> None:
    began, read = time.monotonic(), 0
    for data in malformed(WIRES, keep=keep):
        reply = read_reply(QUERY, data)
        if reply is None:
            continue
        try:
            answer = _read(reply)
        except Failed:
            continue
        read += 1
        assert len(answer.addresses) <= 32
        assert len(answer.chain) <= 100
        judge_addresses(answer.addresses, Options(ranges=("52.112.0.0/14",)).networks)
    assert read > 0
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.8.8.8", True),
        ("192.168.1.1", True),
        ("::", True),
        ("fe80::1", True),
        ("52.112.0.1", False),
        ("203.0.113.1", False),
    ],
)
def test_local_addresses_are_known(address: str, local: bool) -> None:
    assert is_local(address) is local


@pytest.mark.parametrize(
    ("addresses", "ranges", "failure"),
    [
        ((), ("52.112.0.0/14",), None),
        (("52.113.0.1",), ("52.112.0.0/14",), None),
        (("52.113.0.1", "2001:db8::1"), ("52.112.0.0/14",), None),
        (("52.113.0.1", "8.8.8.8"), ("52.112.0.0/14",), Failure.dns_hijacked),
        (("10.0.0.1",), ("52.112.0.0/14",), Failure.dns_filtered),
        (("10.0.0.1",), (), None),
        (("10.0.0.1",), ("10.8.0.0/16",), Failure.dns_hijacked),
        (("0.0.0.0",), (), Failure.dns_filtered),
    ],
)
def test_addresses_are_judged(
    addresses: tuple[str, ...], ranges: tuple[str, ...], failure: Failure | None
) -> None:
    assert judge_addresses(addresses, Options(ranges=ranges).networks) is failure
