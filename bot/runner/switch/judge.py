"""What was read of a port, in the words of facts, failures and people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

from bot.domain.probe import Failure
from bot.runner.switch import neighbours as lldp
from bot.runner.switch import power as poe
from bot.runner.switch import vlans as vlan
from bot.runner.switch.interface import Interface
from bot.runner.switch.locate import Place
from bot.runner.switch.neighbours import Neighbour, Neighbours
from bot.runner.switch.power import Power
from bot.runner.switch.security import ErrDisabled, Security
from bot.runner.switch.vlans import Vlans

# Why a port is not up, the most telling first; and what may be wrong although it is.
_DOWN: Final = (
    ("switch.port", "err_disabled", Failure.switch_port_err_disabled),
    ("switch.port", "admin_down", Failure.switch_port_admin_down),
    ("switch.poe", "denied", Failure.switch_poe_denied),
    ("switch.poe", "fault", Failure.switch_poe_fault),
    ("switch.poe", "disabled", Failure.switch_poe_disabled),
    ("switch.port", "down", Failure.switch_port_down),
)
_UP: Final = (("switch.vlan", "other", Failure.switch_vlan_other),)


class Switch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The device itself; `up_s` is since its agent started."""

    name: str | None = None
    descr: str | None = None
    up_s: int | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that was read; a part that is None is not available on this switch."""

    switch: Switch
    place: Place
    interface: Interface
    power: Power | None = None
    neighbours: Neighbours | None = None
    vlans: Vlans | None = None
    security: Security | None = None
    err_disabled: tuple[ErrDisabled, ...] | None = None


def port_word(interface: Interface, security: Security | None, err: Sequence[ErrDisabled]) -> str:
    """`up`, `down`, `admin_down` or `err_disabled`; a port shut for one VLAN only is none of these."""
    shut = security is not None and security.enabled and security.status == "shutdown"
    if shut or any(one.vlan == 0 for one in err):
        return "err_disabled"
    if interface.admin == "down":
        return "admin_down"
    return "up" if interface.oper == "up" else "down"


def facts(reading: Reading, address: str | None, voice_vlans: Collection[int]) -> dict[str, str]:
    """The facts that the reading shows; what it does not show is missing."""
    phone = reading.neighbours.phone(address) if reading.neighbours else None
    said = {
        "switch.port": port_word(reading.interface, reading.security, reading.err_disabled or ()),
        "switch.poe": poe.word(reading.power),
        "switch.lldp": lldp.word(reading.neighbours, address),
        "switch.vlan": vlan.word(reading.vlans, voice_vlans, phone.policy_vlan if phone else None),
    }
    return {name: value for name, value in said.items() if value is not None}


def failure(said: dict[str, str]) -> Failure | None:
    """The worst thing that the facts show, or None when the port is as it should be.

    A port that is up lacks no power, whatever the power table says: the phone may have a supply of its own.
    """
    table = _UP if said.get("switch.port") == "up" else _DOWN
    return next((name for fact, value, name in table if said.get(fact) == value), None)


def is_uplink(reading: Reading, address: str | None) -> bool:
    """True when another switch is on the port: the phone hangs there, not here."""
    seen = reading.neighbours.seen if reading.neighbours else ()
    phone = reading.neighbours.phone(address) if reading.neighbours else None
    return phone is None and any(one.bridge for one in seen)


def known(reading: Reading, address: str | None) -> dict[str, dict[str, str]]:
    """Particulars for the case, by topic (`phone`, `switch`): what no rule reasons about but a person wants."""
    phone = (reading.neighbours and reading.neighbours.phone(address)) or Neighbour()
    told: dict[str, dict[str, str | None]] = {
        "phone": {
            "mac": address,
            "model": phone.model,
            "maker": phone.maker,
            "serial": phone.serial,
            "firmware": phone.software or phone.firmware,
        },
        "switch": {
            "name": reading.switch.name,
            "port": reading.interface.name or reading.interface.descr,
            "port_alias": reading.interface.alias,
            **_carried(reading.vlans),
            **_powered(reading.power),
        },
    }
    return {topic: found for topic, data in told.items() if (found := {k: v for k, v in data.items() if v})}


def _carried(vlans: Vlans | None) -> dict[str, str | None]:
    if vlans is None:
        return {}
    numbers = {"vlan_untagged": vlans.untagged, "vlan_voice": vlans.voice}
    return {key: str(number) for key, number in numbers.items() if number is not None}


def _powered(power: Power | None) -> dict[str, str | None]:
    if power is None:
        return {}
    watts = power.drawn_w if power.drawn_w is not None else power.allocated_w
    return {"poe": poe.word(power), "poe_w": None if watts is None else f"{watts:.1f}"}


def lines(reading: Reading) -> list[str]:
    """The reading as short lines of evidence."""
    face = reading.interface
    speed = f", {face.speed_mbps} Mbit/s {face.duplex or ''}".rstrip() if face.speed_mbps else ""
    parts: list[tuple[str, Any]] = [
        ("errors", face.counters),
        ("errors per second", face.rates),
        ("power", reading.power),
        ("VLANs", reading.vlans),
        ("port security", reading.security),
        *(("switched off by the switch", one) for one in reading.err_disabled or ()),
    ]
    seen = reading.neighbours.seen if reading.neighbours else ()
    return [
        f"port {face.name or face.if_index} (by {reading.place.by}): {face.admin}/{face.oper}{speed}",
        *(f"{name}: {_flat(part)}" for name, part in parts if part),
        *(f"neighbour: {_flat(one)}" for one in seen),
    ]


def _flat(part: object) -> str:
    built: dict[str, Any] = msgspec.to_builtins(part)
    return ", ".join(f"{name} {_words(value)}" for name, value in built.items())


def _words(value: object) -> str:
    if isinstance(value, dict):
        return _flat(value)
    return "/".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
