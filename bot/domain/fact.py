"""Facts: what is known of a case, who said so, and when.

The vocabulary (ids and their allowed values) is closed here, so that probes, directory
look-ups, people's answers and the engine mean the same thing by the same word.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

UNKNOWN: Final = "unknown"

Value = str | int | float
Kind = Literal["word", "number", "text"]


class Source(StrEnum):
    """How a fact was come by; a person reading a card must be able to tell."""

    measured = "measured"
    looked_up = "looked_up"
    told = "told"
    photo = "photo"
    log = "log"
    act = "act"


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing known; `at` is UTC, `by` names the author (`user`, `graph`, `runner:lyon`)."""

    id: str
    value: Value
    at: datetime | None = None
    source: Source | None = None
    by: str | None = None


class FactType(msgspec.Struct, frozen=True):
    """What values a fact may take; `unknown` is always allowed."""

    kind: Kind = "word"
    values: tuple[str, ...] = ()

    def accepts(self, value: Value) -> bool:
        """True when the vocabulary has this value for the fact."""
        if value == UNKNOWN:
            return True
        if self.kind == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "text":
            return isinstance(value, str)
        return value in self.values


def _words(*values: str) -> FactType:
    return FactType(values=values)


_YES_NO = _words("yes", "no")
_WORKS = _words("works", "fails")
_REACH = _words("ok", "fail", "inconclusive")
_NUMBER = FactType(kind="number")

VOCABULARY: Final[dict[str, FactType]] = {
    "scope": _words("one", "several", "site"),
    "moved_recently": _YES_NO,
    "changed_recently": _YES_NO,
    "phone.power": _words("on", "off", "reboots"),
    "phone.ip": _words("none", "apipa", "wrong_subnet", "valid"),
    "phone.time": _words("ok", "wrong"),
    "phone.firmware": FactType(kind="text"),
    "phone.signed_in": _YES_NO,
    "phone.static_config": _YES_NO,
    "ping.gateway": _words("ok", "fail"),
    "ping.external": _words("ok", "fail"),
    "other_port": _WORKS,
    "other_account": _WORKS,
    "external_power": _WORKS,
    "other_device_same_account": _WORKS,
    "dns": _REACH,
    "tcp443": _REACH,
    "udp3478": _REACH,
    "ntp": _REACH,
    "http80": _REACH,
    "tls": _words("ok", "intercepted", "untrusted", "expired", "fail"),
    "proxy": _words("none", "required"),
    "clock_offset_s": _NUMBER,
    "ntp.offset_s": _NUMBER,
    "switch.poe": _words("delivering", "searching", "denied", "fault", "disabled"),
    "switch.lldp": _words("seen", "absent"),
    "switch.port": _words("up", "down", "admin_down", "err_disabled"),
    "switch.vlan": _words("voice", "other"),
    "account.enabled": _YES_NO,
    "account.signin": _words(
        "ok",
        "blocked_ca",
        "blocked_mfa",
        "expired",
        "device_limit",
        "registration_blocked",
        "failed",
    ),
    "licence.teams": _words("ok", "missing", "pending", "disabled_plan"),
    "licence.teams_phone": _words("ok", "missing", "pending", "disabled_plan"),
    "licence.assigned_by": _words("user", "group"),
    "voice.enabled": _YES_NO,
    "voice.calling": _words("calling_plan", "direct_routing", "operator_connect", "none"),
    "policy.phone": _words("ok", "blocks"),
    "service_health.teams": _words("ok", "degraded", "outage"),
    "log.tls_error": _YES_NO,
    "log.dns_error": _YES_NO,
    "log.auth_error": _YES_NO,
    "log.dhcp_error": _YES_NO,
    "log.reboot": _YES_NO,
    "after.update": _WORKS,
    "after.reset": _WORKS,
}
