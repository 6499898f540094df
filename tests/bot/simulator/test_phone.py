"""The phone shows a wrong time when its clock is wrong, and works only with a sound one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.simulator.phone import Phone, Port


def test_time_is_shown_in_paris() -> None:
    noon = datetime(2026, 1, 15, 11, 0, 30, tzinfo=UTC)
    assert Phone().time_shown(noon) == "12:00"
    assert Phone(clock_offset=timedelta(minutes=-7)).time_shown(noon) == "11:53"


@pytest.mark.parametrize(
    ("phone", "works"),
    [
        (Phone(), True),
        (Phone(clock_offset=timedelta(minutes=4)), True),
        (Phone(clock_offset=timedelta(minutes=-7)), False),
        (Phone(power="off"), False),
        (Phone(broken=True), False),
        (Phone(stuck=True), False),
        (Phone(corrupt=True), False),
        (Phone(ip=""), False),
        (Phone(firmware="7.1.3.0991"), False),
    ],
)
def test_phone_works_with_power_and_clock(phone: Phone, works: bool) -> None:
    assert phone.works() is works


@pytest.mark.parametrize(
    ("port", "works"),
    [
        (Port(), True),
        (Port(state="err_disabled"), False),
        (Port(vlan="other"), False),
        (Port(poe="denied"), False),
    ],
)
def test_socket_works_when_up_powered_and_in_voice_vlan(port: Port, works: bool) -> None:
    assert port.works() is works
