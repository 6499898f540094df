"""The bot's own record of a case, read as `decroche case ID --json` prints it.

Only this tells how a case ended and what the bot concluded; the simulator does not guess it from
cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from bot.simulator.cardreader import buttons
from bot.simulator.processes import run
from bot.simulator.rooms import Card

Ended = Literal["fixed", "microsoft", "withdrawn", "timeout", "stopped"]
Entry = dict[str, Any]

UNDETERMINED: Final = "undetermined"
_ENDS: Final[dict[str, Ended]] = {"fixed": "fixed", "withdrawn": "withdrawn", "microsoft": "microsoft"}


class Ledger(msgspec.Struct, frozen=True):
    """A case's entries, oldest first, as plain JSON."""

    ledger: tuple[Entry, ...] = ()

    def all(self, kind: str) -> list[Entry]:
        """The entries of one kind."""
        return [entry for entry in self.ledger if entry.get("kind") == kind]

    @property
    def verdict(self) -> str:
        """The last cause that the bot concluded."""
        judged = self.all("judged")
        return str(judged[-1]["verdict"]) if judged else UNDETERMINED

    @property
    def ended(self) -> Ended | None:
        """How it ended; None while it goes on. Handing over ends with the ticket, not before."""
        moved = self.all("moved")
        end = _ENDS.get(str(moved[-1]["to"])) if moved else None
        return None if end == "microsoft" and not self.all("bundled") else end

    def phases(self) -> Iterator[tuple[str, timedelta]]:
        """How long each part took, by text id, in order; parts that did not happen are left out."""
        if not self.ledger:
            return
        before = _at(self.ledger[0])
        for name, entry in self._marks():
            if entry is not None and _at(entry) >= before:
                yield name, _at(entry) - before
                before = _at(entry)

    def _marks(self) -> Iterator[tuple[str, Entry | None]]:
        judged = next(iter(self.all("judged")), None)
        until = judged["n"] if judged else len(self.ledger) + 1
        jobs = [entry for entry in self.all("job_ended") if entry["n"] < until]
        verifying = [entry for entry in self.all("moved") if entry["to"] == "verifying"]
        yield "phase_report", jobs[-1] if jobs else None
        yield "phase_diagnosis", judged
        yield "phase_repair", verifying[-1] if verifying else None
        yield "phase_proof", self.ledger[-1]


def parse_ledger(printed: bytes) -> Ledger:
    """Reads what `decroche case ID --json` prints; raises `msgspec.DecodeError`."""
    return msgspec.json.decode(printed, type=Ledger)


async def read_ledger(case: str, settings: Mapping[str, str], directory: Path) -> Ledger | None:
    """Asks the bot for a case's ledger; None when it cannot be had now."""
    status, printed = await run(["case", case, "--json"], settings, directory)
    if status != 0:
        return None
    try:
        return parse_ledger(printed)
    except msgspec.DecodeError:
        return None


def case_on(card: Card) -> str | None:
    """The id of the case that a card's buttons carry."""
    return next((id_ for id_ in (button.says("case") for button in buttons(card)) if id_), None)


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(str(entry["at"]))
