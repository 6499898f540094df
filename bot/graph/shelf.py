"""Answers about the whole tenant, kept for a minute or two, with the time at which they were true."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from bot.graph.limits import limits
from bot.graph.values import Body


class Kept(msgspec.Struct, frozen=True):
    """Rows as they were read `age` ago."""

    rows: list[Body]
    age: timedelta = timedelta()

    def since(self, now: datetime) -> datetime:
        """When they were read (UTC)."""
        return (now - self.age).astimezone(UTC)


class Shelf:
    """Keeps rows by the names of `limits.toml`; `clock` gives seconds that never go back."""

    def __init__(
        self, lifetimes: dict[str, float] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lifetimes = limits().kept if lifetimes is None else lifetimes
        self._clock = clock
        self._kept: dict[str, tuple[float, list[Body]]] = {}

    def put(self, name: str, rows: list[Body]) -> None:
        """Keeps rows just read."""
        self._kept[name] = (self._clock(), rows)

    def get(self, name: str) -> Kept | None:
        """What is kept under the name and still good."""
        read_at, rows = self._kept.get(name, (0.0, None))
        age = self._clock() - read_at
        if rows is None or age >= self._lifetimes[name]:
            return None
        return Kept(rows, timedelta(seconds=age))

    def clear(self) -> None:
        """Drops everything, because something was changed."""
        self._kept.clear()
