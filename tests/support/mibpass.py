"""What net-snmp's `pass_persist` runs: serves the values of a JSON file for GET and GETNEXT, on standard input and output."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def _oid(written: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in written.strip().strip(".").split("."))


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main(path: str) -> None:
    """Until the agent goes; values are `[type, text]` by object identifier."""
    values = {_oid(name): value for name, value in json.loads(Path(path).read_text("utf-8")).items()}
    order = sorted(values)
    for line in sys.stdin:
        command = line.strip()
        if command == "PING":
            _say("PONG")
        elif command in {"get", "getnext"}:
            asked = _oid(sys.stdin.readline())
            found = asked if asked in values else None
            if command == "getnext":
                found = next((oid for oid in order if oid > asked), None)
            _say(*([".".join(["", *map(str, found)]), *values[found]] if found else ["NONE"]))
        elif command == "set":
            _say("not-writable")


if __name__ == "__main__":
    main(sys.argv[1])
