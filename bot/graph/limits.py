"""The numbers of `limits.toml`: Microsoft changes them without asking, so they are data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `calls` within `seconds` to paths that begin with `path`."""

    path: str
    calls: int
    seconds: float


class Width(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls at a time."""

    widest: int


class BreakerLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Straight failures that open the circuit, and how long it stays open (seconds)."""

    failures: int
    pause_s: float
    longest_s: float


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them; `kept` maps an answer's name to the seconds for which it is good."""

    budget: tuple[Budget, ...]
    width: Width
    kept: dict[str, float]
    breaker: BreakerLimits


@cache
def limits() -> Limits:
    """The table of `limits.toml`."""
    text = resources.files(__package__).joinpath("limits.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Limits)
