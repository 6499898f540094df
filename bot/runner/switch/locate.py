"""Which port of a switch the phone hangs on, from its MAC address, without reading the whole address table.

The tables are sorted by VLAN and MAC, so one GETNEXT just before the address, for every VLAN that has a table,
says whether it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from bot.runner.switch import oids
from bot.runner.switch.oids import Oid
from bot.runner.switch.values import mac, mac_index, number, text
from bot.runner.switch.walk import Asker, walk

MOST_VLANS: Final = 512
MOST_INTERFACES: Final = 4096
MOST_BEHIND: Final = 4
_MOST_ADDRESSES: Final = 512
_LAST_MAC: Final = (255,) * 6
_MAC: Final = 6

By = Literal["told", "name", "fdb", "vlan_fdb", "lldp", "security"]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A port of the switch; `vlans` are those in which the phone's address was learnt."""

    if_index: int
    by: By
    bridge_port: int | None = None
    vlans: tuple[int, ...] = ()


def before(index: Oid) -> Oid:
    """The identifier just before a MAC's row: everything between the two is not on the switch."""
    return (*index[:-1], index[-1] - 1) if index[-1] else index[:-1]


async def _in_each_fdb(asker: Asker, index: Oid) -> dict[int, int]:
    """Bridge port by filtering database (Q-BRIDGE-MIB)."""
    found: dict[int, int] = {}
    base = oids.Q_FDB_PORT
    seek: Oid = base
    for _ in range(MOST_VLANS):
        entry = (await asker.following([seek]))[0]
        if entry is None or entry[0][: len(base)] != base or len(entry[0]) != len(base) + 1 + _MAC:
            break
        fdb = entry[0][len(base)]
        hit, after = await asker.following([(*base, fdb, *before(index)), (*base, fdb, *_LAST_MAC)])
        if hit is not None and hit[0] == (*base, fdb, *index) and number(hit[1]):
            found[fdb] = number(hit[1]) or 0
        seek = (*base, fdb, *_LAST_MAC)
        if after is None:
            break
    return found


async def _in_one_fdb(asker: Asker, index: Oid) -> int | None:
    """Bridge port in the plain table (BRIDGE-MIB); 0 means « not known where »."""
    at = (*oids.FDB_PORT, *index)
    return number((await asker.get([at])).get(at)) or None


async def interface_of(asker: Asker, bridge_port: int) -> int | None:
    """The interface behind a bridge port."""
    at = (*oids.BASE_PORT_IF, bridge_port)
    return number((await asker.get([at])).get(at)) or None


async def bridge_port_of(asker: Asker, if_index: int) -> int | None:
    """The bridge port of an interface."""
    ports = await walk(asker, oids.BASE_PORT_IF, MOST_INTERFACES)
    return next((port[0] for port, found in ports.items() if found == if_index and len(port) == 1), None)


async def _placed(asker: Asker, ports: dict[int, int], by: By) -> Place | None:
    """Several VLANs may know the phone; the port that most of them name."""
    if not ports:
        return None
    port = max(ports.values(), key=list(ports.values()).count)
    if_index = await interface_of(asker, port)
    if if_index is None:
        return None
    vlans = tuple(sorted(vlan for vlan, at in ports.items() if at == port))
    return Place(if_index=if_index, by=by, bridge_port=port, vlans=vlans)


async def by_mac(asker: Asker, address: str, vlans: Sequence[int]) -> Place | None:
    """Asks Q-BRIDGE-MIB, then BRIDGE-MIB, then the tables that Cisco IOS keeps for each of `vlans`."""
    index = mac_index(address)
    place = await _placed(asker, await _in_each_fdb(asker, index), "fdb")
    if place is not None:
        return place
    plain = await _in_one_fdb(asker, index)
    if plain is not None and (if_index := await interface_of(asker, plain)) is not None:
        return Place(if_index=if_index, by="fdb", bridge_port=plain)
    for vlan in vlans:
        inside = asker.within(vlan)
        port = await _in_one_fdb(inside, index)
        if port is not None:
            return await _placed(inside, {vlan: port}, "vlan_fdb")
    return None


async def by_security(asker: Asker, address: str) -> Place | None:
    """The port that port security keeps the address for, or shut because of it (Cisco).

    It still tells when the phone is off or its port shut, and the address tables have forgotten it.
    """
    kept = await walk(asker, oids.SECURE_MAC)
    ports = {index[0] for index in kept if index[1:7] == mac_index(address)}
    if not ports:
        last = await walk(asker, oids.SECURITY_LAST_MAC)
        ports = {index[0] for index, value in last.items() if len(index) == 1 and mac(value) == address}
    return Place(if_index=ports.pop(), by="security") if len(ports) == 1 else None


async def crowded(asker: Asker, place: Place) -> bool:
    """True when more addresses are behind the port than a phone and what is plugged into it: an uplink.

    Looks at no more than 512 addresses of each VLAN in which the phone was learnt.
    """
    tables: list[tuple[Asker, Oid]] = [(asker, oids.FDB_PORT)]
    if place.by == "vlan_fdb":
        tables = [(asker.within(vlan), oids.FDB_PORT) for vlan in place.vlans]
    elif place.vlans:
        tables = [(asker, (*oids.Q_FDB_PORT, vlan)) for vlan in place.vlans]
    for inside, base in tables:
        ports = (await walk(inside, base, _MOST_ADDRESSES)).values()
        if sum(port == place.bridge_port for port in ports) > MOST_BEHIND:
            return True
    return False


async def by_name(asker: Asker, name: str) -> Place | None:
    """The interface whose `ifName` or `ifDescr` is this, whatever the case."""
    wanted = name.casefold()
    for column in (oids.IF_NAME, oids.IF_DESCR):
        for index, value in (await walk(asker, column, MOST_INTERFACES)).items():
            if len(index) == 1 and (text(value) or "").casefold() == wanted:
                return Place(if_index=index[0], by="name")
    return None
