from collections.abc import AsyncIterator

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.nameserver import DnsFault, NameServer, answer, known


def _query(name: str = "teams.microsoft.com", kind: str = "A") -> dns.message.Message:
    return dns.message.make_query(name, kind)


def _reply(name: str = "teams.microsoft.com", kind: str = "A", fault: DnsFault = "ok") -> dns.message.Message:
    wire = answer(_query(name, kind).to_wire(), fault)
    assert wire is not None
    return dns.message.from_wire(wire)


class _Switch:
    fault: DnsFault = "ok"


@pytest.fixture
async def server() -> AsyncIterator[tuple[NameServer, _Switch]]:
    switch = _Switch()
    names = NameServer(lambda: switch.fault)
    await names.start()
    yield names, switch
    await names.close()


@pytest.mark.parametrize(
    ("fault", "rcode", "addresses"),
    [
        ("ok", dns.rcode.NOERROR, ["127.0.0.1"]),
        ("slow", dns.rcode.NOERROR, ["127.0.0.1"]),
        ("servfail", dns.rcode.SERVFAIL, []),
        ("nxdomain", dns.rcode.NXDOMAIN, []),
        ("refused", dns.rcode.REFUSED, []),
        ("hijacked", dns.rcode.NOERROR, ["127.66.6.6"]),
    ],
)
def test_each_fault_has_its_reply(fault: DnsFault, rcode: int, addresses: list[str]) -> None:
    reply = _reply(fault=fault)
    assert reply.rcode() == rcode
    assert [str(record) for rrset in reply.answer for record in rrset] == addresses


def test_ipv6_question_has_empty_answer() -> None:
    reply = _reply(kind="AAAA")
    assert (reply.rcode(), reply.answer) == (dns.rcode.NOERROR, [])


def test_unknown_name_does_not_exist() -> None:
    assert _reply("nowhere.example").rcode() == dns.rcode.NXDOMAIN
    assert _reply("nowhere.example", fault="hijacked").rcode() == dns.rcode.NOERROR


def test_lookalike_domain_is_not_known() -> None:
    assert known("Teams.Microsoft.COM.")
    assert not known("evilmicrosoft.com")


def test_silence_and_rubbish_get_nothing() -> None:
    assert answer(_query().to_wire(), "silent") is None
    assert answer(b"not dns") is None
    assert answer(dns.message.make_response(_query()).to_wire()) is None


@given(st.binary(max_size=80))
def test_no_datagram_can_crash_it(wire: bytes) -> None:
    reply = answer(wire)
    assert reply is None or dns.message.from_wire(reply).id == int.from_bytes(wire[:2], "big")


async def test_udp_and_tcp_answer_alike(server: tuple[NameServer, _Switch]) -> None:
    names, _ = server
    over_udp = await dns.asyncquery.udp(_query(), "127.0.0.1", timeout=1, port=names.port)
    over_tcp = await dns.asyncquery.tcp(_query(), "127.0.0.1", timeout=1, port=names.port)
    assert over_udp.answer == over_tcp.answer != []


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_silent_resolver_lets_clients_wait(server: tuple[NameServer, _Switch], transport: str) -> None:
    names, switch = server
    switch.fault = "silent"
    ask = dns.asyncquery.udp if transport == "udp" else dns.asyncquery.tcp
    with pytest.raises(dns.exception.Timeout):
        await ask(_query(), "127.0.0.1", timeout=0.2, port=names.port)


async def test_slow_resolver_misses_short_limit(server: tuple[NameServer, _Switch]) -> None:
    names, switch = server
    switch.fault = "slow"
    with pytest.raises(dns.exception.Timeout):
        await dns.asyncquery.udp(_query(), "127.0.0.1", timeout=0.2, port=names.port)
