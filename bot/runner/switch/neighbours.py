"""Who says hello on a port: LLDP, and what a phone tells of itself with LLDP-MED (ANSI/TIA-1057)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from bot.runner.switch import oids
from bot.runner.switch.interface import Interface
from bot.runner.switch.oids import Oid
from bot.runner.switch.values import Value, is_bridge, is_telephone, mac, number, text
from bot.runner.switch.walk import Asker, row, walk

_INDEX: Final = 3
_VOICE: Final = 1
_TRUE: Final = 1
_PHONE_CLASS: Final = 3
_MOST_NEIGHBOURS: Final = 8
_COLUMNS: Final = {
    "chassis": oids.LLDP_CHASSIS,
    "port_id": oids.LLDP_PORT_ID,
    "port_descr": oids.LLDP_PORT_DESCR,
    "sys_name": oids.LLDP_SYS_NAME,
    "sys_descr": oids.LLDP_SYS_DESCR,
    "capable": oids.LLDP_CAPABLE,
    "enabled": oids.LLDP_ENABLED,
    "med_class": oids.MED_CLASS,
    "firmware": oids.MED_FIRMWARE,
    "software": oids.MED_SOFTWARE,
    "serial": oids.MED_SERIAL,
    "maker": oids.MED_MAKER,
    "model": oids.MED_MODEL,
}
_POLICY: Final = {
    "vlan": oids.MED_POLICY_VLAN,
    "unknown": oids.MED_POLICY_UNKNOWN,
    "tagged": oids.MED_POLICY_TAGGED,
}


class Neighbour(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A device that announces itself on the port; `policy_vlan` is the voice VLAN in its LLDP-MED policy."""

    telephone: bool = False
    bridge: bool = False
    mac: str | None = None
    sys_name: str | None = None
    sys_descr: str | None = None
    port_descr: str | None = None
    model: str | None = None
    maker: str | None = None
    serial: str | None = None
    firmware: str | None = None
    software: str | None = None
    policy_vlan: int | None = None
    policy_tagged: bool | None = None


class Neighbours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Those on one port; `local_port` is its LLDP number, None when it could not be told which it is."""

    local_port: int | None = None
    seen: tuple[Neighbour, ...] = ()

    def phone(self, address: str | None) -> Neighbour | None:
        """The phone among them: the one with its MAC address, else a telephone."""
        exact = (one for one in self.seen if address is not None and one.mac == address)
        return next(exact, None) or next((one for one in self.seen if one.telephone), None)


def local_port(ids: Mapping[Oid, Value], descrs: Mapping[Oid, Value], interface: Interface) -> int | None:
    """The LLDP number of an interface: by its name in the port's id, else in its description, else by its number.

    None unless exactly one port fits.
    """
    names = {name.casefold() for name in (interface.name, interface.descr) if name}
    for table, wanted in ((ids, names), (descrs, names), (ids, {str(interface.if_index)})):
        fits = [
            index[0]
            for index, value in table.items()
            if len(index) == 1 and (text(value) or "").casefold() in wanted
        ]
        if len(fits) == 1:
            return fits[0]
    return None


async def _read(asker: Asker, index: Oid) -> Neighbour:
    found = await row(asker, _COLUMNS, index)
    policy = await row(asker, _POLICY, (*index, _VOICE))
    words = {name: text(found.get(name)) for name in Neighbour.__struct_fields__ if name in _COLUMNS}
    vlan = number(policy.get("vlan"))
    said = number(policy.get("unknown")) != _TRUE and bool(vlan)
    is_phone = is_telephone(found.get("enabled")) or is_telephone(found.get("capable"))
    return Neighbour(
        telephone=is_phone or number(found.get("med_class")) == _PHONE_CLASS,
        bridge=is_bridge(found.get("enabled")),
        mac=mac(found.get("port_id")) or mac(found.get("chassis")),
        policy_vlan=vlan if said else None,
        policy_tagged=number(policy.get("tagged")) == _TRUE if said else None,
        **words,
    )


async def read_neighbours(asker: Asker, interface: Interface) -> Neighbours | None:
    """The neighbours on an interface; None when the switch does not speak LLDP or hides it."""
    ids = await walk(asker, oids.LLDP_LOCAL_ID)
    if not ids:
        return None
    port = local_port(ids, await walk(asker, oids.LLDP_LOCAL_DESCR), interface)
    if port is None:
        return Neighbours()
    indexes = [index for index in await walk(asker, oids.LLDP_PORT_ID) if len(index) == _INDEX]
    mine = [index for index in indexes if index[1] == port][:_MOST_NEIGHBOURS]
    return Neighbours(local_port=port, seen=tuple([await _read(asker, index) for index in mine]))


async def port_name_of(asker: Asker, address: str) -> str | None:
    """The name of the port on which a device with this MAC address announces itself."""
    for column in (oids.LLDP_PORT_ID, oids.LLDP_CHASSIS):
        for index, value in (await walk(asker, column)).items():
            if len(index) == _INDEX and mac(value) == address:
                at = (*oids.LLDP_LOCAL_ID, index[1])
                return text((await asker.get([at])).get(at))
    return None


def word(neighbours: Neighbours | None, address: str | None) -> str | None:
    """`seen` when the phone announces itself on the port, `absent` when not; None when that cannot be told."""
    if neighbours is None or neighbours.local_port is None:
        return None
    return "seen" if neighbours.phone(address) else "absent"
