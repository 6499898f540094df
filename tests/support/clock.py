"""A clock for whatever asks for the time: it stands until a test moves `now`."""

from __future__ import annotations

from typing import Generic, TypeVar

Moment = TypeVar("Moment")


class Clock(Generic[Moment]):
    """Tells `now`, in whatever the code under test counts time."""

    def __init__(self, now: Moment) -> None:
        self.now = now

    def __call__(self) -> Moment:
        return self.now
