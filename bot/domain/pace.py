"""How slow a measurement was, for people: against what is usual at the site, or against a published limit."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.domain.probe import ProbeResult


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """A time in milliseconds that stands out: `usual_ms` is this site's median, `limit_ms` the most it should be."""

    ms: float
    usual_ms: float | None = None
    limit_ms: float | None = None


def number(value: object) -> float | None:
    """A figure of a result's details, which come from outside; None for what is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def pace_of(result: ProbeResult) -> Pace | None:
    """What stands out of a result's time; None of one that is as usual, or of which nothing usual is known."""
    told = result.details
    usual_ms = number(told.get("usual_ms")) if told.get("slower") is True else None
    limit_ms = number(told.get("slow_ms")) if told.get("slow") is True else None
    if result.ms is None or (usual_ms is None and limit_ms is None):
        return None
    return Pace(ms=result.ms, usual_ms=usual_ms, limit_ms=limit_ms)


def slowest(results: Iterable[ProbeResult]) -> Pace | None:
    """The longest time among those that stand out."""
    paces = [pace for result in results if (pace := pace_of(result)) is not None]
    return max(paces, key=lambda pace: pace.ms, default=None)
