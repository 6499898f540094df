"""The employee's desk phone: what its screen and menus show, and what is wrong with it.

Mutable on purpose: it is the thing that breaks and is mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
PARIS: Final = ZoneInfo("Europe/Paris")


@dataclass
class Phone:
    """A Poly CCX 500; `clock_offset` is its clock minus true time, `broken` a fault nothing shows."""

    model: str = "Poly CCX 500"
    mac: str = "64:16:7F:3A:5C:D1"
    serial: str = "64167F3A5CD1"
    firmware: str = "9.0.0.10460"
    ip: str = "10.20.30.41"
    power: str = "on"
    first_failure: str = "8 h 40"
    clock_offset: timedelta = timedelta()
    broken: bool = False

    def time_shown(self, now: datetime | None = None) -> str:
        """The time on its screen, `HH:MM` in Paris."""
        true_time = now or datetime.now(UTC)
        return (true_time + self.clock_offset).astimezone(PARIS).strftime("%H:%M")

    def works(self) -> bool:
        """True when nothing in the phone itself keeps it offline (TLS needs a clock within 5 minutes)."""
        return self.power == "on" and not self.broken and abs(self.clock_offset) <= CLOCK_TOLERANCE
