"""Which VLANs a port carries, and whether the phone is in the voice one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from bot.runner.switch import oids
from bot.runner.switch.locate import Place
from bot.runner.switch.values import has_port, number
from bot.runner.switch.walk import Asker, fetch, walk

_MOST_VLANS: Final = 512
_NO_VLAN: Final = frozenset({0, 4095, 4096})


class Vlans(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """VLAN ids: `untagged` (PVID or access), `voice` (Cisco's), `carried` (all), `learnt` (where the phone speaks)."""

    untagged: int | None = None
    voice: int | None = None
    carried: tuple[int, ...] = ()
    learnt: tuple[int, ...] = ()


def _some_vlan(value: int | None) -> int | None:
    return None if value is None or value in _NO_VLAN or value < 0 else value


async def _members(asker: Asker, bridge_port: int) -> set[int]:
    """VLANs whose egress list has the port; the tables are indexed by (time mark, VLAN)."""
    rows = await walk(asker, oids.Q_VLAN_EGRESS, _MOST_VLANS)
    return {index[1] for index, ports in rows.items() if len(index) == 2 and has_port(ports, bridge_port)}


async def _learnt(asker: Asker, fdbs: Collection[int]) -> tuple[int, ...]:
    """VLANs of filtering databases; one that no VLAN names is taken for the VLAN of its number."""
    rows = await walk(asker, oids.Q_VLAN_FDB, _MOST_VLANS) if fdbs else {}
    by_fdb: dict[int, set[int]] = {}
    for index, fdb in rows.items():
        if len(index) == 2 and isinstance(fdb, int):
            by_fdb.setdefault(fdb, set()).add(index[1])
    return tuple(sorted({vlan for fdb in fdbs for vlan in by_fdb.get(fdb, {fdb})}))


async def read_vlans(asker: Asker, place: Place) -> Vlans | None:
    """What the port carries; None when the switch tells nothing of it."""
    port, if_index = place.bridge_port, place.if_index
    pvid, access, voice = (
        (*oids.Q_PVID, port or 0),
        (*oids.VM_VLAN, if_index),
        (*oids.VM_VOICE_VLAN, if_index),
    )
    found = await fetch(asker, [pvid, access, voice] if port else [access, voice])
    untagged = _some_vlan(number(found.get(access)) or number(found.get(pvid)))
    tagged = _some_vlan(number(found.get(voice)))
    members = await _members(asker, port) if port else set()
    learnt = place.vlans if place.by == "vlan_fdb" else await _learnt(asker, place.vlans)
    carried = members | {vlan for vlan in (untagged, tagged) if vlan is not None}
    if not carried and not learnt:
        return None
    return Vlans(untagged=untagged, voice=tagged, carried=tuple(sorted(carried)), learnt=learnt)


def word(vlans: Vlans | None, voice: Collection[int], told: int | None) -> str | None:
    """`voice` or `other`; None when nothing shows it.

    Where the phone speaks counts most; then what the port carries. `told` is the VLAN that the switch gives the phone
    over LLDP-MED, `voice` the site's voice VLANs.
    """
    if vlans is None or not voice:
        return None
    if vlans.learnt:
        return "voice" if set(vlans.learnt) & set(voice) else "other"
    carried = set(vlans.carried) | ({told} if told else set())
    return "voice" if carried & set(voice) else "other"
