"""Runs one probe against a test server and gives its result."""

from __future__ import annotations

from typing import Any

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.runner.probe import run_probe
from tests.support.netservers import HOST


async def probe(prober: str, port: int | None = None, host: str = HOST, **options: Any) -> ProbeResult:
    """Runs a probe with a short time-out unless told otherwise."""
    told = {"timeout_s": 0.7, **options}
    return await run_probe(ProbeSpec(prober=prober, host=host, port=port, options=told))


def verdict(result: ProbeResult) -> tuple[bool | None, str | None, str | None]:
    """What counts of a result."""
    return result.ok, result.failure and result.failure.value, result.at and result.at.value
