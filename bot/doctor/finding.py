"""One line of the doctor's report."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """How it stands: `off` is what nobody has set up or asked for, and so was not looked at."""

    ok = "ok"
    warning = "warning"
    fails = "fails"
    off = "off"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, how it stands, and what to do; for operators, in English."""

    area: str
    what: str
    state: State
    says: str = ""
    todo: str = ""


class Area(msgspec.Struct, frozen=True):
    """Writes findings of one area."""

    name: str

    def ok(self, what: str, says: str = "") -> Finding:
        """It works."""
        return Finding(area=self.name, what=what, state=State.ok, says=says)

    def warning(self, what: str, says: str, todo: str) -> Finding:
        """It works less well than it could."""
        return Finding(area=self.name, what=what, state=State.warning, says=says, todo=todo)

    def fails(self, what: str, says: str, todo: str) -> Finding:
        """It does not work."""
        return Finding(area=self.name, what=what, state=State.fails, says=says, todo=todo)

    def off(self, what: str, says: str, todo: str = "") -> Finding:
        """It is not set up, or could not be looked at for want of something else."""
        return Finding(area=self.name, what=what, state=State.off, says=says, todo=todo)
