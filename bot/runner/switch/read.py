"""One reading of a phone's port, part by part: what one part cannot give costs the others nothing."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from bot.domain.probe import Failure, Where
from bot.probes.options import SnmpOptions
from bot.runner.finding import Failed
from bot.runner.switch import locate, oids
from bot.runner.switch.interface import Interface, rates, read_counters, read_interface
from bot.runner.switch.judge import Reading, Switch, is_uplink
from bot.runner.switch.locate import Place
from bot.runner.switch.neighbours import port_name_of, read_neighbours
from bot.runner.switch.oids import Oid
from bot.runner.switch.power import read_power
from bot.runner.switch.security import read_err_disabled, read_security
from bot.runner.switch.values import Value, number, parse_mac, text
from bot.runner.switch.vlans import read_vlans
from bot.runner.switch.walk import Asker
from bot.runner.trace import note

T = TypeVar("T")

_SYSTEM: Final = (oids.SYS_DESCR, oids.SYS_OBJECT_ID, oids.SYS_UP_TIME, oids.SYS_NAME)
_A_LOOK_S: Final = 0.2
_PASSING: Final = frozenset({Failure.snmp_no_reply, Failure.snmp_bad_reply, Failure.deadline_exceeded})


class Reader:
    """Reads one switch until a time of the running loop; `missing` names the parts that it does not have, or that time did not allow."""

    def __init__(self, asker: Asker, options: SnmpOptions, until: float = math.inf) -> None:
        self._asker = asker
        self._options = options
        self._until = until
        self.address = parse_mac(options.mac) if options.mac else None
        self.missing: list[str] = []

    async def read(self) -> Reading:
        """Finds the port and reads it; raises `Failed`."""
        system = await self._asker.get(_SYSTEM)
        switch = _switch(system)
        note(f"switch {switch.name or '?'}: {switch.descr or '?'}")
        place = await self._place(_is_cisco(system))
        reading = await self._port(switch, place, number(system.get(oids.SYS_UP_TIME)))
        if place.by in {"fdb", "vlan_fdb"} and await self._is_beyond(reading):
            raise _elsewhere(reading)
        return reading

    async def _is_beyond(self, reading: Reading) -> bool:
        """The port leads to another switch: one says so, or there are too many addresses behind it."""
        if reading.neighbours is not None and reading.neighbours.phone(self.address) is not None:
            return False
        if is_uplink(reading, self.address):
            return True
        return bool(await self._part("addresses", locate.crowded(self._asker, reading.place)))

    async def _part(self, name: str, reading: Awaitable[T | None]) -> T | None:
        try:
            found = await reading
        except Failed as exc:
            if exc.finding.failure not in _PASSING:
                raise
            note(f"{name}: {exc.finding.failure}")
            found = None
        if found is None:
            self.missing.append(name)
        return found

    async def _place(self, cisco: bool) -> Place:
        place = await self._by_mac(cisco) if self.address is not None else None
        place = place or await self._told()
        if place is not None:
            note(f"port: interface {place.if_index}, by {place.by}")
            return place
        if self.address is not None:
            raise Failed(Failure.switch_mac_not_found, Where.target, {"mac": self.address}, ok=None)
        raise Failed(Failure.switch_port_not_found, Where.target, ok=None)

    async def _by_mac(self, cisco: bool) -> Place | None:
        address = self.address or ""
        apart = (*self._options.vlans, *self._options.voice_vlans) if cisco else self._options.vlans
        place = await locate.by_mac(self._asker, address, tuple(dict.fromkeys(apart)))
        if place is not None:
            return place
        name = await port_name_of(self._asker, address)
        found = await locate.by_name(self._asker, name) if name is not None else None
        if found is not None:
            return msgspec.structs.replace(await self._bridged(found), by="lldp")
        kept = await locate.by_security(self._asker, address) if cisco else None
        return await self._bridged(kept) if kept is not None else None

    async def _told(self) -> Place | None:
        if self._options.if_index is not None:
            return await self._bridged(Place(if_index=self._options.if_index, by="told"))
        if self._options.interface is None:
            return None
        found = await locate.by_name(self._asker, self._options.interface)
        return await self._bridged(found) if found is not None else None

    async def _bridged(self, place: Place) -> Place:
        port = await locate.bridge_port_of(self._asker, place.if_index)
        return msgspec.structs.replace(place, bridge_port=port)

    async def _port(self, switch: Switch, place: Place, up_time: int | None) -> Reading:
        asker, at = self._asker, place.if_index
        began = asyncio.get_running_loop().time()
        interface = await read_interface(asker, at, up_time)
        if interface is None:
            raise Failed(Failure.switch_port_not_found, Where.target, {"if_index": at}, ok=None)
        told, name = self._options.poe_port, interface.name or interface.descr
        reading = Reading(
            switch=switch,
            place=place,
            interface=interface,
            err_disabled=await self._part("err_disable", read_err_disabled(asker, at)),
            security=await self._part("port_security", read_security(asker, at)),
            power=await self._part("poe", read_power(asker, at, name, told)),
            neighbours=await self._part("lldp", read_neighbours(asker, interface)),
            vlans=await self._part("vlans", read_vlans(asker, place)),
        )
        return msgspec.structs.replace(reading, interface=await self._again(interface, began))

    async def _again(self, interface: Interface, began: float) -> Interface:
        """The interface with the rates of its counters, when asked for."""
        if not self._options.again_s or not interface.counters:
            return interface
        now = asyncio.get_running_loop().time
        if began + self._options.again_s > self._until - _A_LOOK_S:
            self.missing.append("rates")
            return interface
        await asyncio.sleep(max(began + self._options.again_s - now(), 0))
        later = await self._part("rates", read_counters(self._asker, interface.if_index))
        found = rates(interface.counters, later or {}, now() - began)
        return msgspec.structs.replace(interface, rates=found)


def _switch(system: Mapping[Oid, Value]) -> Switch:
    up = number(system.get(oids.SYS_UP_TIME))
    return Switch(
        name=text(system.get(oids.SYS_NAME)),
        descr=text(system.get(oids.SYS_DESCR)),
        up_s=None if up is None else up // 100,
    )


def _is_cisco(system: Mapping[Oid, Value]) -> bool:
    kind = system.get(oids.SYS_OBJECT_ID)
    return isinstance(kind, tuple) and kind[: len(oids.CISCO)] == oids.CISCO


def _elsewhere(reading: Reading) -> Failed:
    """The address was learnt from another switch: the phone hangs there."""
    seen = reading.neighbours.seen if reading.neighbours else ()
    beyond: dict[str, Any] = {"uplink": reading.interface.name or str(reading.interface.if_index)}
    name = next((one.sys_name for one in seen if one.sys_name), None)
    if name is not None:
        beyond["beyond"] = name
    return Failed(Failure.switch_mac_not_found, Where.target, beyond, ok=None)
