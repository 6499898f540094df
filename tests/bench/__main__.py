"""`python -m tests.bench`: prints each promise about speed as a ratio measured here and now."""

from __future__ import annotations

import sys

from tests.bench import echo, engine, graph, turn

BENCHES = {"echo": echo.main, "engine": engine.main, "graph": graph.main, "turn": turn.main}


def main(names: list[str]) -> int:
    """Runs the benches named, or all; 1 when one misses its target."""
    return max(BENCHES[name]() for name in names or BENCHES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
