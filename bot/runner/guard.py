"""What the running probe may touch once its names are resolved.

The policy judges a job before anything is asked; where a name leads is known only afterwards. The guard is a
context variable, like the trace, so that the one place that resolves names can ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar

from bot.domain.probe import Failure, Where
from bot.runner.finding import Failed
from bot.runner.trace import note

Guard = Callable[[str, str], bool]
"""Whether a probe of a name may go to an address."""

_current: ContextVar[Guard | None] = ContextVar("probe_guard", default=None)


def watch(guard: Guard) -> None:
    """Sets the guard of the probes that this task (and those that it starts) runs; at the keyboard there is none."""
    _current.set(guard)


def permitted(name: str, addresses: Sequence[str]) -> tuple[str, ...]:
    """The addresses that may be touched; raises `Failed` (`target_refused`) when a name leads to none."""
    guard = _current.get()
    kept = tuple(address for address in addresses if guard is None or guard(name, address))
    if len(kept) < len(addresses):
        note(f"{name} leads to an address that the site does not list: not touched")
    if addresses and not kept:
        told = {
            "addresses": list(addresses),
            "error": "an address that is not public, and that the site does not list",
        }
        raise Failed(Failure.target_refused, Where.runner, told, ok=None)
    return kept
