"""What one probe did, when: short lines that travel with its result as evidence, and its phases in milliseconds.

The trace of the running probe is a context variable, so that the layers below a prober (names, sockets)
write into it without every call carrying it.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any, Final

LINES: Final = 20
WIDTH: Final = 200


class Trace:
    """At most 20 lines of at most 200 characters; what comes after is counted, not kept."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._lines: list[str] = []
        self._lost = 0

    def note(self, text: str) -> None:
        """Adds a line, stamped with the milliseconds since the start; control characters are replaced."""
        if len(self._lines) >= LINES - 1:
            self._lost += 1
            return
        plain = "".join(char if char.isprintable() else "�" for char in text[:WIDTH])
        elapsed_ms = (time.perf_counter() - self._began) * 1000
        self._lines.append(f"{elapsed_ms:.1f} ms {plain}"[:WIDTH])

    @property
    def lines(self) -> list[str]:
        """The lines so far."""
        return [*self._lines, *([f"({self._lost} more)"] if self._lost else [])]


_current: ContextVar[Trace | None] = ContextVar("probe_trace", default=None)


def begin() -> Trace:
    """Starts the trace of the probe that runs in this task (and in those that it starts)."""
    trace = Trace()
    _current.set(trace)
    return trace


def note(text: str) -> None:
    """Adds a line to the running probe's trace; outside a probe nothing happens."""
    trace = _current.get()
    if trace is not None:
        trace.note(text)


class Phases:
    """Where the time went: each `lap` names what has passed since the one before."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Ends a phase; `name` ends in `_ms`."""
        now = time.perf_counter()
        self._laps[name] = round((now - self._last) * 1000, 2)
        self._last = now

    @property
    def total_ms(self) -> float:
        """From the start to the end of the last phase."""
        return (self._last - self._began) * 1000

    def details(self) -> dict[str, Any]:
        """The phases so far, for a result."""
        return dict(self._laps)
