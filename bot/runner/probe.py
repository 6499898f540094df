"""Runs one probe and always comes back with a result: the only way in to the probers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

from bot.domain.probe import Failure, ProbeResult, ProbeSpec, Where
from bot.errors import ConfigurationError
from bot.probes.options import options_of, port_of, unknown_options
from bot.runner.finding import Failed, Finding
from bot.runner.probers import PROBERS, Prober
from bot.runner.trace import Trace, begin

log = logging.getLogger(__name__)

_GRACE_S: Final = 0.25


def at_runner(spec: ProbeSpec, failure: Failure, why: str, ms: float | None = None) -> ProbeResult:
    """A result that says nothing about the network, because the runner itself could not or would not."""
    return ProbeResult(
        prober=spec.prober,
        host=spec.host,
        port=port_of(spec),
        ok=None,
        failure=failure,
        at=Where.runner,
        ms=ms,
        details={"error": why},
    )


def _result(spec: ProbeSpec, finding: Finding, ms: float, trace: Trace) -> ProbeResult:
    ignored = unknown_options(spec)
    told: dict[str, Any] = {"ignored_options": list(ignored)} if ignored else {}
    if trace.lines:
        told["log"] = trace.lines
    return ProbeResult(
        prober=spec.prober,
        host=spec.host,
        port=port_of(spec),
        ok=finding.ok,
        failure=finding.failure,
        at=finding.at,
        ms=round(ms if finding.ms is None else finding.ms, 2),
        details={**finding.details, **told},
    )


async def _find(spec: ProbeSpec, prober: Prober, deadline: float) -> Finding:
    try:
        async with asyncio.timeout_at(deadline + _GRACE_S):
            return await prober(spec, deadline)
    except Failed as failed:
        return failed.finding
    except TimeoutError:
        return Finding(ok=None, failure=Failure.deadline_exceeded, at=Where.runner)
    except Exception as exc:  # a prober's bug must not cost the other probes their results
        log.exception("prober %s failed on %s", spec.prober, spec.host)
        told = {"error": type(exc).__name__}
        return Finding(ok=None, failure=Failure.internal_error, at=Where.runner, details=told)


async def run_probe(
    spec: ProbeSpec, deadline: float | None = None, probers: Mapping[str, Prober] = PROBERS
) -> ProbeResult:
    """Runs a probe within its `timeout_s`, and not beyond `deadline` (a time of the running loop).

    Never raises: what goes wrong is named in the result. What the probe did is `details["log"]`.
    """
    now = asyncio.get_running_loop().time()
    prober = probers.get(spec.prober)
    if prober is None:
        return at_runner(spec, Failure.unsupported, f"no prober {spec.prober!r}")
    try:
        until = now + options_of(spec).timeout_s
    except ConfigurationError as exc:
        return at_runner(spec, Failure.unsupported, str(exc))
    if deadline is not None and deadline <= now:
        return at_runner(spec, Failure.deadline_exceeded, "the job's deadline had passed")
    began, trace = time.perf_counter(), begin()
    finding = await _find(spec, prober, until if deadline is None else min(until, deadline))
    return _result(spec, finding, (time.perf_counter() - began) * 1000, trace)
