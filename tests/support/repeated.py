"""`python -m tests.support.repeated TIMES < targets.json`: runs each probe so many times, one after the other.

Prints the list of results of each probe, for comparing times; run as a program because it is run inside a
network namespace.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import msgspec

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.runner.local import parse_targets
from bot.runner.probe import run_probe


async def _each(specs: Sequence[ProbeSpec], times: int) -> list[list[ProbeResult]]:
    return [[await run_probe(spec) for _ in range(times)] for spec in specs]


def main() -> None:
    """Reads probes from standard input."""
    results = asyncio.run(_each(parse_targets(sys.stdin.buffer.read()), int(sys.argv[1])))
    sys.stdout.buffer.write(msgspec.json.encode(results))


if __name__ == "__main__":
    main()
