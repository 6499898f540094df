"""An interface's state, speed and error counters (IF-MIB, EtherLike-MIB)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from bot.runner.switch import oids
from bot.runner.switch.values import Value, number, text
from bot.runner.switch.walk import Asker, row

_COUNTERS: Final = {
    "in_errors": oids.IF_IN_ERRORS,
    "out_errors": oids.IF_OUT_ERRORS,
    "in_discards": oids.IF_IN_DISCARDS,
    "out_discards": oids.IF_OUT_DISCARDS,
    "fcs_errors": oids.DOT3_FCS,
    "late_collisions": oids.DOT3_LATE,
}
_STATE: Final = {
    "name": oids.IF_NAME,
    "descr": oids.IF_DESCR,
    "alias": oids.IF_ALIAS,
    "admin": oids.IF_ADMIN,
    "oper": oids.IF_OPER,
    "speed": oids.IF_HIGH_SPEED,
    "duplex": oids.DOT3_DUPLEX,
    "changed": oids.IF_LAST_CHANGE,
}
_ADMIN: Final = {1: "up", 2: "down", 3: "testing"}
_OPER: Final = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "not_present",
    7: "lower_layer_down",
}
_DUPLEX: Final = {2: "half", 3: "full"}
_WRAP: Final = 2**32
_TICKS: Final = 100


class Interface(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An interface; what the switch does not tell is None, `counters` has only what it counts."""

    if_index: int
    name: str | None = None
    descr: str | None = None
    alias: str | None = None
    admin: str | None = None
    oper: str | None = None
    speed_mbps: int | None = None
    duplex: str | None = None
    changed_s_ago: int | None = None
    counters: dict[str, int] = {}
    rates: dict[str, float] = {}


def _named(table: Mapping[int, str], value: Value | None) -> str | None:
    return table.get(value) if isinstance(value, int) else None


def since(changed: int | None, up_time: int | None) -> int | None:
    """Seconds since a change, from two TimeTicks; None where the clock has wrapped in between."""
    if changed is None or up_time is None or changed > up_time:
        return None
    return (up_time - changed) // _TICKS


async def read_counters(asker: Asker, if_index: int) -> dict[str, int]:
    """The error counters that the switch keeps for an interface."""
    found = await row(asker, _COUNTERS, (if_index,))
    return {name: count for name, value in found.items() if (count := number(value)) is not None}


def rates(earlier: Mapping[str, int], later: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Events per second between two readings of 32-bit counters; one wrap is allowed for."""
    return {
        name: round((later[name] - count) % _WRAP / seconds, 3)
        for name, count in earlier.items()
        if name in later and seconds > 0
    }


async def read_interface(asker: Asker, if_index: int, up_time: int | None) -> Interface | None:
    """The interface, or None when the switch has none of that number; `up_time` is sysUpTime in hundredths."""
    found = await row(asker, _STATE, (if_index,))
    if number(found.get("oper")) is None:
        return None
    speed = number(found.get("speed"))
    return Interface(
        if_index=if_index,
        name=text(found.get("name")),
        descr=text(found.get("descr")),
        alias=text(found.get("alias")),
        admin=_named(_ADMIN, found.get("admin")),
        oper=_named(_OPER, found.get("oper")),
        speed_mbps=speed or None,
        duplex=_named(_DUPLEX, found.get("duplex")),
        changed_s_ago=since(number(found.get("changed")), up_time),
        counters=await read_counters(asker, if_index),
    )
