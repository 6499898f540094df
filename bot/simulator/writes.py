"""The fake Graph's own book of what was changed: what, whom, by which application, when.

A test asks it whether something was executed once; nothing of the bot writes here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

What = Literal["assign", "remove", "enable", "disable", "join", "leave"]


@dataclass(frozen=True)
class Write:
    """One change that was asked for and allowed.

    `who` is a person's object id, `detail` a SKU or group id; `changed` is False when it was so already.
    """

    at: datetime
    by: str
    what: What
    who: str
    detail: str = ""
    changed: bool = True


@dataclass
class Writes:
    """Every write in order; `refused` holds method, path and code of those that were not carried out."""

    made: list[Write] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, by: str, what: What, who: str, detail: str = "", *, changed: bool = True) -> None:
        """Writes one line, as of now."""
        self.made.append(Write(datetime.now(UTC), by, what, who, detail, changed))

    def of(self, what: What, who: str = "") -> list[Write]:
        """The writes of that kind that changed something, of one person (object id) or of all."""
        return [
            write for write in self.made if write.changed and write.what == what and who in ("", write.who)
        ]
