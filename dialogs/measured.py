"""Measurements that no rule reasons about, as evidence for the helpdesk: call quality, echoes, and what was slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from bot.domain.case import Case, Probed
from bot.domain.pace import number, pace_of
from bot.domain.views import Figure, Measure, Socket
from dialogs.words import RUNNER

Quantity = Literal["rtt_ms", "loss_pct", "jitter_ms"]

SHOWN: Final[Mapping[str, tuple[Quantity, ...]]] = {
    "quality": ("rtt_ms", "loss_pct", "jitter_ms"),
    "icmp": ("rtt_ms", "loss_pct"),
}


def measures(case: Case) -> tuple[Measure, ...]:
    """The newest result of each such probe in this round, in the order of the ledger."""
    newest = {
        (e.result.prober, e.result.host, e.result.port): e for e in case.round() if isinstance(e, Probed)
    }
    found = (_measure(entry) for entry in sorted(newest.values(), key=lambda e: e.n))
    return tuple(measure for measure in found if measure is not None)


def _measure(entry: Probed) -> Measure | None:
    result, pace = entry.result, pace_of(entry.result)
    if pace is None and result.prober not in SHOWN:
        return None
    return Measure(
        prober=result.prober,
        host=result.host,
        ok=result.ok,
        at=entry.at,
        n=entry.n,
        by=entry.by.removeprefix(RUNNER),
        figures=_figures(entry),
        pace=pace,
    )


def _figures(entry: Probed) -> tuple[Figure, ...]:
    told = entry.result.details
    limits = told.get("thresholds")
    limits = limits if isinstance(limits, Mapping) else {}
    return tuple(
        Figure(name=name, value=value, limit=number(limits.get(name)))
        for name in SHOWN.get(entry.result.prober, ())
        if (value := number(told.get(name))) is not None
    )


def socket(case: Case) -> Socket | None:
    """The socket of the phone, once a switch has told of it."""
    known = case.known("switch")
    name = " ".join(filter(None, (known.get("name"), known.get("port"))))
    if not name:
        return None
    return Socket(
        name=name,
        untagged=known.get("vlan_untagged", ""),
        voice=known.get("vlan_voice", ""),
        poe=known.get("poe", ""),
        watts=known.get("poe_w", ""),
    )
