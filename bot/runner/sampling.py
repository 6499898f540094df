"""How good a path is for calls: figures from paced samples, and Microsoft's thresholds to judge them by."""

from __future__ import annotations

import functools
import itertools
import math
import statistics
import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

import msgspec

from bot.domain.probe import Failure

_Z: Final = 1.96  # two-sided 95 %


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """thresholds.toml: the most that is good enough."""

    rtt_ms: float
    loss_pct: float
    jitter_ms: float
    reorder_pct: float


@functools.cache
def thresholds() -> Thresholds:
    """The thresholds that come with Décroche."""
    text = resources.files("bot.runner").joinpath("thresholds.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Thresholds)


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a path; times in milliseconds, there and back."""

    sent: int
    received: int
    rtt_ms: float
    rtt_min_ms: float
    rtt_max_ms: float
    jitter_ms: float
    loss_pct: float
    loss_at_least_pct: float
    reordered: int
    reorder_pct: float

    def details(self) -> dict[str, Any]:
        """For a result."""
        return msgspec.structs.asdict(self)


def at_least_pct(hits: int, of: int) -> float:
    """The share that is certain at 95 %: Wilson's lower bound, in per cent. One lost in fifty proves no 1 %."""
    if hits == 0:
        return 0.0
    share, z2 = hits / of, _Z * _Z
    centre = share + z2 / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, 100 * (centre - spread) / (1 + z2 / of))


def jitter_of(rtts_ms: Sequence[float]) -> float:
    """Inter-arrival jitter (RFC 3550 section 6.4.1), of the way there and back together."""
    jitter = 0.0
    for before, after in itertools.pairwise(rtts_ms):
        jitter += (abs(after - before) - jitter) / 16
    return jitter


def measure(sent: int, arrivals: Sequence[tuple[int, float]]) -> Quality | None:
    """The figures of `sent` samples, of which these came back (number, round trip), in order of arrival.

    None when nothing came back. A sample is reordered when a later one came before it (RFC 4737 section 3).
    """
    if not arrivals:
        return None
    highest, reordered = -1, 0
    for number, _ in arrivals:
        reordered += number < highest
        highest = max(highest, number)
    rtts = [rtt for _, rtt in sorted(arrivals)]
    lost = sent - len(arrivals)
    return Quality(
        sent=sent,
        received=len(arrivals),
        rtt_ms=round(statistics.median(rtts), 2),
        rtt_min_ms=round(min(rtts), 2),
        rtt_max_ms=round(max(rtts), 2),
        jitter_ms=round(jitter_of(rtts), 2),
        loss_pct=round(100 * lost / sent, 2),
        loss_at_least_pct=round(at_least_pct(lost, sent), 2),
        reordered=reordered,
        reorder_pct=round(100 * reordered / len(arrivals), 2),
    )


def judge(quality: Quality, limits: Thresholds) -> Failure | None:
    """The first threshold that is certainly passed: loss, then delay, then jitter. Reordering is told, not judged."""
    if quality.loss_at_least_pct > limits.loss_pct:
        return Failure.quality_loss
    if quality.rtt_ms > limits.rtt_ms:
        return Failure.quality_rtt
    return Failure.quality_jitter if quality.jitter_ms > limits.jitter_ms else None
