"""Probes run on one side of a link: by a child process, because a process has one network namespace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from bot.domain.probe import ProbeResult, ProbeSpec
from tests.support.house import ROOT

_results = msgspec.json.Decoder(list[list[ProbeResult]])


def spec(prober: str, host: str, port: int | None = None, **options: Any) -> ProbeSpec:
    """A probe with a short time-out unless told otherwise."""
    return ProbeSpec(prober=prober, host=host, port=port, options={"timeout_s": 1.0, **options})


def run_inside(side: Sequence[str], specs: Sequence[ProbeSpec], times: int = 1) -> list[list[ProbeResult]]:
    """The results of each probe, `times` each; `side` is the command prefix that enters the namespace."""
    command = [*side, sys.executable, "-m", "tests.support.repeated", str(times)]
    given = msgspec.json.encode(specs)
    ran = subprocess.run(command, input=given, capture_output=True, check=True, cwd=ROOT, timeout=120)
    return _results.decode(ran.stdout)


def one_inside(side: Sequence[str], probe: ProbeSpec) -> ProbeResult:
    """The result of one probe."""
    return run_inside(side, [probe])[0][0]
