"""Port security and err-disable, where a switch has Cisco's tables for them."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.runner.switch import oids
from bot.runner.switch.values import mac, number
from bot.runner.switch.walk import Asker, row, walk

_COLUMNS: Final = {
    "enabled": oids.SECURITY_ENABLED,
    "status": oids.SECURITY_STATUS,
    "most": oids.SECURITY_MOST,
    "current": oids.SECURITY_CURRENT,
    "action": oids.SECURITY_ACTION,
    "violations": oids.SECURITY_VIOLATIONS,
    "mac": oids.SECURITY_LAST_MAC,
    "vlan": oids.SECURITY_LAST_VLAN,
}
_TRUE: Final = 1
_STATUS: Final = {1: "secure_up", 2: "secure_down", 3: "shutdown"}
_ACTION: Final = {1: "shutdown", 2: "drop_notify", 3: "drop"}
_CAUSE: Final = {
    2: "bpdu_guard",
    6: "link_flap",
    8: "dot1x_violation",
    9: "port_security",
    11: "dhcp_rate_limit",
    14: "storm_control",
    15: "inline_power",
    16: "arp_inspection",
    19: "mac_limit",
}
_MOST_CAUSES: Final = 64


class Security(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What port security does on a port, and the last address that it did not like."""

    enabled: bool
    status: str | None = None
    action: str | None = None
    most: int | None = None
    current: int | None = None
    violations: int | None = None
    last_mac: str | None = None
    last_vlan: int | None = None


class ErrDisabled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A port that the switch has switched off itself; `vlan` 0 is the whole port."""

    cause: str
    vlan: int = 0
    recovers_in_s: int | None = None


async def read_security(asker: Asker, if_index: int) -> Security | None:
    """Port security of an interface; None when the switch does not say."""
    found = await row(asker, _COLUMNS, (if_index,))
    enabled = number(found.get("enabled"))
    if enabled is None:
        return None
    return Security(
        enabled=enabled == _TRUE,
        status=_STATUS.get(number(found.get("status")) or 0),
        action=_ACTION.get(number(found.get("action")) or 0),
        most=number(found.get("most")),
        current=number(found.get("current")),
        violations=number(found.get("violations")),
        last_mac=mac(found.get("mac")),
        last_vlan=number(found.get("vlan")),
    )


async def read_err_disabled(asker: Asker, if_index: int) -> tuple[ErrDisabled, ...] | None:
    """Why the switch has switched the port off, empty while it has not; None when the switch does not say."""
    first = (await asker.following([oids.ERR_DISABLE]))[0]
    if first is None or first[0][: len(oids.ERR_DISABLE)] != oids.ERR_DISABLE:
        return None
    causes = await walk(asker, (*oids.ERR_DISABLE_CAUSE, if_index), _MOST_CAUSES)
    left = await walk(asker, (*oids.ERR_DISABLE_RECOVERY, if_index), _MOST_CAUSES)
    return tuple(
        ErrDisabled(
            cause=_CAUSE.get(code, f"cause_{code}"),
            vlan=index[0],
            recovers_in_s=number(left.get(index)) or None,
        )
        for index, value in sorted(causes.items())
        if len(index) == 1 and (code := number(value)) is not None
    )
