"""The simulated agent answers as RFC 3416 says, and takes no order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import ber
from bot.simulator.ber import Oid
from bot.simulator.snmp import ENGINE, SnmpAgent
from bot.simulator.usm import User

A, B = (1, 3, 6, 1, 1), (1, 3, 6, 1, 2)
TREE: dict[Oid, bytes] = {A: ber.integer(1), B: ber.integer(2)}
GET, NEXT, RESPONSE, SET, BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5


def _request(
    kind: int, *names: tuple[int, ...], first: int = 0, second: int = 0, community: str = "public"
) -> bytes:
    bound = ber.sequence(*(ber.sequence(ber.identifier(n), ber.tlv(ber.NULL, b"")) for n in names))
    pdu = ber.sequence(ber.integer(7), ber.integer(first), ber.integer(second), bound, tag=kind)
    return ber.sequence(ber.integer(1), ber.string(community), pdu)


def _answer(agent: SnmpAgent, request: bytes) -> tuple[int, list[tuple[tuple[int, ...], int]]]:
    """Error status, and names with the tags of their values."""
    message = ber.Reader(agent.answer(request) or b"").inside()
    assert (message.integer(), message.expect(ber.STRING)) == (1, b"public")
    pdu = message.inside(RESPONSE)
    assert pdu.integer() == 7
    error, _, bindings = pdu.integer(), pdu.integer(), pdu.inside()
    found: list[tuple[tuple[int, ...], int]] = []
    while not bindings.over:
        bound = bindings.inside()
        found.append((bound.identifier(), bound.any()[0]))
    return error, found


def _agent() -> SnmpAgent:
    return SnmpAgent(lambda vlan: None if vlan else TREE)


def test_a_value_is_got() -> None:
    assert _answer(_agent(), _request(GET, A, (1, 3, 7))) == (
        0,
        [(A, ber.INTEGER), ((1, 3, 7), ber.NO_SUCH_INSTANCE)],
    )


def test_the_next_value_is_got() -> None:
    assert _answer(_agent(), _request(NEXT, A, B)) == (0, [(B, ber.INTEGER), (B, ber.END_OF_MIB)])


def test_many_values_are_got() -> None:
    found = _answer(_agent(), _request(BULK, (1, 3), second=5))[1]
    assert found[:3] == [(A, ber.INTEGER), (B, ber.INTEGER), (B, ber.END_OF_MIB)]


def test_nothing_can_be_set() -> None:
    agent = _agent()
    assert _answer(agent, _request(SET, A))[0] == 17
    assert agent.asked == [SET]


def test_another_community_hears_nothing() -> None:
    assert _agent().answer(_request(GET, A, community="private")) is None
    assert _agent().answer(_request(GET, A, community="public@30")) is None


@given(st.binary(max_size=120))
def test_no_datagram_breaks_the_agent(data: bytes) -> None:
    agent = SnmpAgent(lambda _: TREE, user=USER)
    assert agent.answer(data) is None or data


@given(st.integers(0, 60), st.integers(0, 255))
def test_no_spoilt_request_breaks_the_agent(at: int, octet: int) -> None:
    request = bytearray(_request(BULK, A, second=3))
    request[at % len(request)] = octet
    answer = _agent().answer(bytes(request))
    assert answer is None or answer[0] == ber.SEQUENCE


USER = User("decroche", "authpass-lyon", "privpass-lyon", ENGINE)
