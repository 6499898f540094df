"""What hangs on the phone's switch port, in the words of what is true there; a switch shows it in its MIBs."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from bot.simulator.phone import Phone, Port

SwitchFault = Literal[
    "ok",
    "down",
    "admin_down",
    "err_disabled",
    "poe_denied",
    "poe_fault",
    "poe_disabled",
    "wrong_vlan",
    "mac_unknown",
    "aged",
    "lldp_absent",
    "beyond",
]

PHONE_MAC: Final = "00:04:f2:ab:cd:ef"


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """A phone, as it announces itself; `ip` is 0.0.0.0 while it has none."""

    mac: str = PHONE_MAC
    ip: str = "10.20.30.7"
    name: str = "Polycom CCX 500"
    maker: str = "Poly"
    model: str = "CCX500"
    serial: str = "64167F0A1B2C"
    software: str = "7.0.3.0258"


class Plug(msgspec.Struct, frozen=True, kw_only=True):
    """A port with its phone: `state`, `poe`, `vlan` and `lldp` as in the fact vocabulary.

    `learnt` says where the address table has the phone: on this port, beyond the uplink, or nowhere. `sticky`:
    port security remembers it when the table has forgotten it.
    """

    state: str = "up"
    poe: str = "delivering"
    vlan: str = "voice"
    lldp: str = "seen"
    learnt: Literal["here", "beyond", ""] = "here"
    sticky: bool = False
    phone: Announced = Announced()


def _dark(state: str, poe: str) -> Plug:
    return Plug(state=state, poe=poe, lldp="absent", learnt="")


PLUGS: Final[dict[SwitchFault, Plug]] = {
    "ok": Plug(),
    "down": _dark("down", "searching"),
    "admin_down": _dark("admin_down", "disabled"),
    "err_disabled": _dark("err_disabled", "searching"),
    "poe_denied": _dark("down", "denied"),
    "poe_fault": _dark("down", "fault"),
    "poe_disabled": _dark("down", "disabled"),
    "wrong_vlan": Plug(vlan="other"),
    "mac_unknown": Plug(lldp="absent", learnt=""),
    "aged": Plug(learnt=""),
    "lldp_absent": Plug(lldp="absent"),
    "beyond": Plug(lldp="absent", learnt="beyond"),
}


def plug_of(port: Port, phone: Phone) -> Plug:
    """The port of a world and its phone: a phone that is off, or has no link, says nothing and is soon forgotten."""
    maker, _, model = phone.model.partition(" ")
    announced = Announced(
        mac=phone.mac.lower(),
        ip=phone.ip or "0.0.0.0",
        name=phone.model,
        maker=maker,
        model=model.replace(" ", ""),
        serial=phone.serial,
        software=phone.firmware,
    )
    speaks = port.state == "up" and phone.power != "off"
    return Plug(
        state=port.state,
        poe=port.poe,
        vlan=port.vlan,
        lldp=port.lldp if speaks else "absent",
        learnt="here" if speaks else "",
        sticky=True,
        phone=announced,
    )
