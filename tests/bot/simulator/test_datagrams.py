import asyncio
import time
from collections.abc import AsyncIterator

import ntplib
import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.datagrams import (
    LOST_ONE_IN,
    DatagramService,
    NtpFault,
    StunFault,
    binding_answer,
    ntp_service,
    stun_service,
    time_answer,
)


class _Switch:
    stun: StunFault = "ok"
    ntp: NtpFault = "ok"
    offset_s = 420.0


@pytest.fixture
async def relay() -> AsyncIterator[tuple[DatagramService, _Switch]]:
    switch = _Switch()
    service = stun_service(lambda: switch.stun)
    await service.start()
    yield service, switch
    await service.close()


@pytest.fixture
async def clock() -> AsyncIterator[tuple[DatagramService, _Switch]]:
    switch = _Switch()
    service = ntp_service(lambda: switch.ntp, lambda: switch.offset_s)
    await service.start()
    yield service, switch
    await service.close()


class _Once(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.reply.set_result(data)


async def _exchange(port: int, data: bytes) -> tuple[bytes, tuple[str, int]]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(_Once, remote_addr=("127.0.0.1", port))
    try:
        transport.sendto(data)
        reply = await asyncio.wait_for(protocol.reply, 0.3)
        return reply, transport.get_extra_info("sockname")
    finally:
        transport.close()


def _binding() -> stun.Message:
    return stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)


async def test_relay_tells_sender_its_address(relay: tuple[DatagramService, _Switch]) -> None:
    request = _binding()
    data, local = await _exchange(relay[0].port, bytes(request))
    response = stun.parse_message(data)
    assert response.message_class == stun.Class.RESPONSE
    assert response.transaction_id == request.transaction_id
    assert response.attributes["XOR-MAPPED-ADDRESS"] == local


async def test_blocked_relay_answers_nothing(relay: tuple[DatagramService, _Switch]) -> None:
    relay[1].stun = "silent"
    with pytest.raises(TimeoutError):
        await _exchange(relay[0].port, bytes(_binding()))


async def test_lossy_relay_loses_every_fifth(relay: tuple[DatagramService, _Switch]) -> None:
    relay[1].stun = "lossy"
    lost = 0
    for _ in range(2 * LOST_ONE_IN):
        try:
            await _exchange(relay[0].port, bytes(_binding()))
        except TimeoutError:
            lost += 1
    assert lost == 2


async def test_jittery_relay_takes_unequal_times(relay: tuple[DatagramService, _Switch]) -> None:
    relay[1].stun = "jittery"
    took = []
    for _ in range(4):
        began = time.perf_counter()
        await _exchange(relay[0].port, bytes(_binding()))
        took.append(time.perf_counter() - began)
    assert max(took) - min(took) > 0.05


async def test_only_binding_requests_are_answered() -> None:
    response = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.RESPONSE)
    assert binding_answer(bytes(response), ("127.0.0.1", 5)) is None
    assert binding_answer(b"hello", ("127.0.0.1", 5)) is None


@given(st.binary(max_size=80))
def test_no_datagram_can_crash_them(data: bytes) -> None:
    mapped = binding_answer(data, ("127.0.0.1", 4000))
    assert mapped is None or stun.parse_message(mapped).transaction_id == data[8:20]
    reply = time_answer(data, 1e9)
    assert reply is None or (len(reply), reply[24:32]) == (48, data[40:48])


async def _offset(port: int) -> ntplib.NTPStats:
    client = ntplib.NTPClient()  # type: ignore[no-untyped-call]  # ntplib ships no types
    return await asyncio.to_thread(client.request, "127.0.0.1", 4, port, 0.3)


async def test_right_clock_has_no_offset(clock: tuple[DatagramService, _Switch]) -> None:
    stats = await _offset(clock[0].port)
    assert abs(stats.offset) < 0.2
    assert (stats.stratum, stats.leap, stats.version) == (2, 0, 4)


async def test_wrong_clock_shows_its_offset(clock: tuple[DatagramService, _Switch]) -> None:
    clock[1].ntp = "offset"
    stats = await _offset(clock[0].port)
    assert stats.offset == pytest.approx(420, abs=0.2)


async def test_lost_clock_says_it_is(clock: tuple[DatagramService, _Switch]) -> None:
    clock[1].ntp = "unsynchronised"
    stats = await _offset(clock[0].port)
    assert (stats.stratum, stats.leap) == (16, 3)


async def test_silent_clock_lets_clients_wait(clock: tuple[DatagramService, _Switch]) -> None:
    clock[1].ntp = "silent"
    with pytest.raises(ntplib.NTPException):
        await _offset(clock[0].port)


def test_reply_echoes_clients_own_timestamp() -> None:
    request = bytes([0b00_100_011]) + bytes(39) + b"\x01\x02\x03\x04\x05\x06\x07\x08"
    reply = time_answer(request, time.time())
    assert reply is not None
    assert reply[24:32] == request[40:48]
