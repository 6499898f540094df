"""What a switch is told of the phone's port is what is true there, and nothing more."""

from __future__ import annotations

import pytest

from bot.simulator.phone import Phone, Port
from bot.simulator.plug import PLUGS, Announced, plug_of
from tests.support.people import broken_world


def test_a_phone_announces_itself_truly() -> None:
    phone = Phone()
    announced = plug_of(Port(), phone).phone
    assert announced == Announced(
        mac=phone.mac.lower(),
        ip=phone.ip,
        name="Poly CCX 500",
        maker="Poly",
        model="CCX500",
        serial=phone.serial,
        software=phone.firmware,
    )


def test_a_phone_without_address_says_so() -> None:
    assert plug_of(Port(), Phone(ip="")).phone.ip == "0.0.0.0"


def test_a_healthy_port_is_healthy() -> None:
    plug = plug_of(Port(), Phone())
    assert (plug.state, plug.poe, plug.vlan, plug.lldp, plug.learnt) == (
        "up",
        "delivering",
        "voice",
        "seen",
        "here",
    )


@pytest.mark.parametrize("port", [Port(state="down"), Port(state="err_disabled"), Port(state="admin_down")])
def test_a_port_without_link_hears_nothing(port: Port) -> None:
    plug = plug_of(port, Phone())
    assert (plug.state, plug.lldp, plug.learnt, plug.sticky) == (port.state, "absent", "", True)


def test_a_phone_that_is_off_says_nothing() -> None:
    plug = plug_of(Port(), Phone(power="off"))
    assert (plug.lldp, plug.learnt) == ("absent", "")


def test_a_mended_world_shows_at_once() -> None:
    world = broken_world("network.vlan_dhcp")
    assert plug_of(world.port, world.phone).vlan == "other"
    world.mend()
    assert plug_of(world.port, world.phone).vlan == "voice"


def test_every_dark_port_has_forgotten_its_phone() -> None:
    assert {plug.learnt for plug in PLUGS.values() if plug.state != "up"} == {""}
