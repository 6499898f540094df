"""How the fake Graph is made difficult: refusals, rates, nulls and values that nobody has heard of.

Every knob is off at first; `bot.simulator.graph.Graph` says how each is set.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

UNKNOWN_MEMBER: Final = "unknownFutureValue"

_CODES: Final = {
    429: ("TooManyRequests", "Too many requests."),
    500: ("InternalServerError", "Unable to process the request."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("UnknownError", ""),
}


@dataclass
class Trouble:
    """The next `times` calls whose path contains `path` are refused; `retry_after` in seconds or a date."""

    times: int
    path: str = ""
    status: int = 429
    retry_after: str | None = "1"

    def takes(self, path: str) -> bool:
        """True (and one fewer left) when this call is to be refused."""
        if self.times <= 0 or self.path.casefold() not in path.casefold():
            return False
        self.times -= 1
        return True

    def words(self) -> tuple[str, str]:
        """Graph's code and message for it."""
        return _CODES.get(self.status, ("UnknownError", ""))


@dataclass
class Limit:
    """An API's own rate: so many calls `per` sliding time to paths that contain `path`; the rest gets 429.

    Without `tells` there is no Retry-After. `refused` counts what came too early.
    """

    path: str
    calls: int
    per: timedelta
    tells: bool = True
    refused: int = 0
    _made: deque[float] = field(default_factory=deque, repr=False)

    def trouble(self, path: str) -> Trouble | None:
        """Counts a call; the refusal when it is one too many."""
        if self.path.casefold() not in path.casefold():
            return None
        now, window = time.monotonic(), self.per.total_seconds()
        while self._made and self._made[0] <= now - window:
            self._made.popleft()
        if len(self._made) < self.calls:
            self._made.append(now)
            return None
        self.refused += 1
        wait = str(math.ceil(self._made[0] + window - now))
        return Trouble(0, status=429, retry_after=wait if self.tells else None)


def real_limits() -> list[Limit]:
    """The published rates of an application in a tenant that the bot could meet."""
    return [Limit("/auditLogs/signIns", 5, timedelta(seconds=10))]


def first_trouble(troubles: Iterable[Trouble], limits: Iterable[Limit], path: str) -> Trouble | None:
    """What refuses this call, if anything does."""
    for trouble in troubles:
        if trouble.takes(path):
            return trouble
    for limit in limits:
        found = limit.trouble(path)
        if found is not None:
            return found
    return None


def distorted(value: Any, nulls: Collection[str], novel: Collection[str]) -> Any:  # noqa: ANN401 (JSON of any shape)
    """The same JSON with every property of `nulls` null, and every text of `novel` a member unknown to us."""
    if isinstance(value, list):
        return [distorted(item, nulls, novel) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _property(name, item, nulls, novel) for name, item in value.items()}


def _property(name: str, value: Any, nulls: Collection[str], novel: Collection[str]) -> Any:  # noqa: ANN401 (JSON of any shape)
    if name in nulls:
        return None
    if name in novel and isinstance(value, str):
        return UNKNOWN_MEMBER
    return distorted(value, nulls, novel)
