"""How often one card is brought up to date: soon enough to be true, seldom enough to leave room for words.

Teams allows 60 calls in 30 s to a conversation; one card may take half of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bot.domain.conversation import Placement

BURST: Final = 2
WINDOW_S: Final = 2.0
REMEMBERED: Final = 10_000


class Drawn:
    """What each card last looked like, and when it was updated; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: dict[str, str] = {}
        self._times: dict[str, tuple[float, ...]] = {}

    def same(self, placed: Placement, mark: str) -> bool:
        """True when the card already looks like that."""
        return self._marks.get(_place(placed)) == mark

    def wait_s(self, placed: Placement) -> float:
        """Seconds until the card may be updated again; never more than two."""
        times = self._times.get(_place(placed), ())
        if len(times) < BURST:
            return 0.0
        return max(0.0, times[-BURST] + WINDOW_S - self._clock())

    def remember(self, placed: Placement, mark: str) -> None:
        """The card was sent, or updated, just now."""
        if len(self._marks) >= REMEMBERED:
            self._marks.clear()
            self._times.clear()
        place = _place(placed)
        self._marks[place] = mark
        self._times[place] = (*self._times.get(place, ()), self._clock())[-BURST:]


def _place(placed: Placement) -> str:
    return f"{placed.conversation.id} {placed.activity}"
