"""The employee's desk phone and the socket that it is plugged into: what they show, and what is wrong with them.

Mutable on purpose: they are the things that break and are mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
PARIS: Final = ZoneInfo("Europe/Paris")
TOO_OLD: Final = (8, 0, 0, 0)
"""Older firmware knows neither today's root certificates nor today's way to sign in."""


@dataclass
class Port:
    """A switch port, the cable in it included; in the words of the fact vocabulary."""

    state: str = "up"
    poe: str = "delivering"
    vlan: str = "voice"
    lldp: str = "seen"

    def works(self) -> bool:
        """True when the phone gets onto its network there."""
        return self.state == "up" and self.vlan == "voice" and self.poe == "delivering"


@dataclass
class Phone:
    """A Poly CCX 500.

    `clock_offset` is its clock minus true time, `ip` empty without an address. `broken` is a fault
    that nothing shows, `stuck` one that a restart cures, `corrupt` one that a reset cures.
    """

    model: str = "Poly CCX 500"
    mac: str = "64:16:7F:3A:5C:D1"
    serial: str = "64167F3A5CD1"
    firmware: str = "9.0.0.10460"
    ip: str = "10.20.30.41"
    power: str = "on"
    first_failure: str = "8 h 40"
    clock_offset: timedelta = timedelta()
    broken: bool = False
    stuck: bool = False
    corrupt: bool = False
    static_config: bool = False

    def time_shown(self, now: datetime | None = None) -> str:
        """The time on its screen, `HH:MM` in Paris."""
        true_time = now or datetime.now(UTC)
        return (true_time + self.clock_offset).astimezone(PARIS).strftime("%H:%M")

    def right_time(self) -> bool:
        """True when TLS accepts its clock."""
        return abs(self.clock_offset) <= CLOCK_TOLERANCE

    def up_to_date(self) -> bool:
        """True when its firmware can still sign in."""
        return tuple(int(part) for part in self.firmware.split(".")) >= TOO_OLD

    def works(self) -> bool:
        """True when nothing in the phone itself keeps it offline."""
        faulty = self.broken or self.stuck or self.corrupt
        return self.power == "on" and bool(self.ip) and self.up_to_date() and self.right_time() and not faulty
