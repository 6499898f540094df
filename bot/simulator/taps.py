"""What a case costs the employee: how soon the first card is there, how many taps until the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.simulator.ledger import Entry
from bot.simulator.rooms import Happening


def taps_until_verdict(journal: Iterable[Happening], who: str, judged: Sequence[Entry]) -> int:
    """The taps of `who` until the bot first named the cause that it named last; all of them without a verdict."""
    taps = [one.at for one in journal if one.kind == "tapped" and one.who == who]
    if not judged:
        return len(taps)
    named = next(entry["at"] for entry in judged if entry["verdict"] == judged[-1]["verdict"])
    return sum(at <= datetime.fromisoformat(str(named)) for at in taps)


def first_card_s(journal: Sequence[Happening]) -> float | None:
    """Seconds from the first message to the first card after it in the same conversation; None when there is none."""
    said = next((one for one in journal if one.kind == "said"), None)
    if said is None:
        return None
    later = journal[journal.index(said) :]
    cards = (one.at for one in later if one.kind == "posted" and one.room == said.room and not one.text)
    first = next(cards, None)
    return None if first is None else round((first - said.at).total_seconds(), 3)
