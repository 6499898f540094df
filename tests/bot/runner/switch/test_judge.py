"""What was read, in the words of facts, failures and people."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.domain.fact import VOCABULARY
from bot.domain.probe import Failure
from bot.runner.switch import judge
from bot.runner.switch.interface import Interface
from bot.runner.switch.judge import Reading, Switch
from bot.runner.switch.locate import Place
from bot.runner.switch.neighbours import Neighbour, Neighbours
from bot.runner.switch.power import Power
from bot.runner.switch.security import ErrDisabled, Security
from bot.runner.switch.vlans import Vlans

CARRIED = {"vlan_untagged": "10", "poe": "delivering"}
PHONE = "00:04:f2:ab:cd:ef"
UP = Interface(
    if_index=112, name="12", alias="bureau 2.14", admin="up", oper="up", speed_mbps=1000, duplex="full"
)
DOWN = msgspec.structs.replace(UP, oper="down")
SEEN = Neighbours(
    local_port=5,
    seen=(
        Neighbour(
            telephone=True, bridge=True, mac=PHONE, model="CCX500", serial="64", firmware="1", software="7.0"
        ),
    ),
)
WELL = Reading(
    switch=Switch(name="sw-lyon-2"),
    place=Place(if_index=112, by="fdb", bridge_port=12, vlans=(30,)),
    interface=UP,
    power=Power(port="1.12", by="name", enabled=True, status="delivering"),
    neighbours=SEEN,
    vlans=Vlans(untagged=10, carried=(10, 30), learnt=(30,)),
    err_disabled=(),
)


def _but(**parts: Any) -> Reading:
    return msgspec.structs.replace(WELL, **parts)


def test_a_healthy_port_has_every_fact() -> None:
    said = judge.facts(WELL, PHONE, (30,))
    assert said == {
        "switch.port": "up",
        "switch.poe": "delivering",
        "switch.lldp": "seen",
        "switch.vlan": "voice",
    }
    assert all(VOCABULARY[fact].accepts(value) for fact, value in said.items())
    assert judge.failure(said) is None


def test_what_is_not_available_is_no_fact() -> None:
    said = judge.facts(_but(power=None, neighbours=None, vlans=None), PHONE, (30,))
    assert said == {"switch.port": "up"}


@pytest.mark.parametrize(
    ("interface", "security", "err", "said"),
    [
        (UP, None, (), "up"),
        (DOWN, None, (), "down"),
        (msgspec.structs.replace(DOWN, admin="down"), None, (), "admin_down"),
        (DOWN, Security(enabled=True, status="shutdown"), (), "err_disabled"),
        (DOWN, Security(enabled=False, status="shutdown"), (), "down"),
        (DOWN, None, (ErrDisabled(cause="link_flap"),), "err_disabled"),
        (UP, None, (ErrDisabled(cause="port_security", vlan=30),), "up"),
        (msgspec.structs.replace(UP, oper="dormant"), None, (), "down"),
    ],
)
def test_a_port_has_one_word(
    interface: Interface, security: Security | None, err: tuple[ErrDisabled, ...], said: str
) -> None:
    assert judge.port_word(interface, security, err) == said


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ({"switch.port": "err_disabled", "switch.poe": "denied"}, Failure.switch_port_err_disabled),
        ({"switch.port": "down", "switch.poe": "denied"}, Failure.switch_poe_denied),
        ({"switch.port": "down", "switch.poe": "disabled"}, Failure.switch_poe_disabled),
        ({"switch.port": "down", "switch.vlan": "other"}, Failure.switch_port_down),
        ({"switch.port": "up", "switch.poe": "disabled"}, None),
        ({"switch.port": "up", "switch.vlan": "other"}, Failure.switch_vlan_other),
        ({"switch.port": "up", "switch.lldp": "absent"}, None),
    ],
)
def test_the_most_telling_failure_counts(said: dict[str, str], failure: Failure | None) -> None:
    assert judge.failure(said) == failure


def test_another_switch_makes_an_uplink() -> None:
    core = Neighbours(local_port=5, seen=(Neighbour(bridge=True, sys_name="sw-core"),))
    assert judge.is_uplink(_but(neighbours=core), PHONE)
    assert not judge.is_uplink(WELL, PHONE)
    assert not judge.is_uplink(_but(neighbours=None), PHONE)


def test_particulars_are_offered_by_topic() -> None:
    assert judge.known(WELL, PHONE) == {
        "phone": {"mac": PHONE, "model": "CCX500", "serial": "64", "firmware": "7.0"},
        "switch": {"name": "sw-lyon-2", "port": "12", "port_alias": "bureau 2.14", **CARRIED},
    }
    assert judge.known(_but(neighbours=None, switch=Switch()), None) == {
        "switch": {"port": "12", "port_alias": "bureau 2.14", **CARRIED}
    }
    bare = judge.known(_but(power=None, vlans=None), PHONE)["switch"]
    assert bare == {"name": "sw-lyon-2", "port": "12", "port_alias": "bureau 2.14"}


def test_evidence_is_short_and_plain() -> None:
    shut = (ErrDisabled(cause="port_security", recovers_in_s=240),)
    assert judge.lines(_but(err_disabled=shut)) == [
        "port 12 (by fdb): up/up, 1000 Mbit/s full",
        "power: port 1.12, by name, enabled True, status delivering",
        "VLANs: untagged 10, carried 10/30, learnt 30",
        "switched off by the switch: cause port_security, recovers_in_s 240",
        f"neighbour: telephone True, bridge True, mac {PHONE}, model CCX500, serial 64, firmware 1, software 7.0",
    ]


def test_watts_drawn_are_told_before_those_allowed() -> None:
    power = Power(port="1.12", by="name", enabled=True, status="delivering", allocated_w=15.4)
    assert judge.known(_but(power=power), PHONE)["switch"]["poe_w"] == "15.4"
    drawn = msgspec.structs.replace(power, drawn_w=6.25)
    vlans = Vlans(untagged=10, voice=30)
    told = judge.known(_but(power=drawn, vlans=vlans), PHONE)["switch"]
    assert (told["poe_w"], told["vlan_voice"]) == ("6.2", "30")
