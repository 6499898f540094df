"""What several clocks say together: the interval that most of them allow (Marzullo's algorithm; RFC 5905 section 11.2.1)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Reading(msgspec.Struct, frozen=True):
    """An offset in seconds, and the most by which it can be wrong."""

    offset_s: float
    error_s: float

    @property
    def ends(self) -> tuple[float, float]:
        """The interval that holds the truth if this clock is right."""
        return self.offset_s - self.error_s, self.offset_s + self.error_s


class Agreement(msgspec.Struct, frozen=True):
    """The smallest interval that is in as many readings as any, and in how many that is."""

    offset_s: float
    error_s: float
    agreeing: int


def agree(readings: Sequence[Reading]) -> Agreement:
    """The agreement of one or more readings; with `agreeing` less than their number, some of them are wrong."""
    edges = sorted(edge for low, high in (r.ends for r in readings) for edge in ((low, -1), (high, 1)))
    best, depth, span = 0, 0, (0.0, 0.0)
    for index, (at, side) in enumerate(edges):
        depth -= side
        if depth > best:
            best, span = depth, (at, edges[index + 1][0])
    return Agreement((span[0] + span[1]) / 2, (span[1] - span[0]) / 2, best)
